// Spreadsheet files made in memory, good ones and bad ones, so that no test needs a file of an office
// program.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace flowyard::test {

// A zip archive of these parts.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& parts);

// An .xlsx of one sheet; `rows` is what stands in its sheetData, `names` its definedName elements.
std::string xlsx_of(const std::string& sheet, const std::string& rows, const std::string& names = "");

struct XlsCell {
  int row = 0;  // from 0
  int column = 0;
  std::variant<double, std::string> value;
};

// An .xls (BIFF8) of one sheet. `rows` and `columns` are what its DIMENSION record claims; 0: what the cells
// need.
std::string xls_of(const std::string& sheet, const std::vector<XlsCell>& cells, int rows = 0,
                   int columns = 0);

// The same of records made by hand: `global` are those that hold for the whole book, `cells` those of the
// sheet.
std::string xls_record(int type, const std::string& content);
std::string xls_of_records(const std::string& sheet, const std::string& global, const std::string& cells);

}  // namespace flowyard::test
