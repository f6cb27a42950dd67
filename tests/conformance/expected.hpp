// Expected: the published output of a conformance case, as a table of columns over time. Reads tab and comma
// separated files with any line ends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace flowyard::test {

struct ExpectedColumn {
  std::string name;                           // as written
  std::vector<std::optional<double>> values;  // by row; empty cells have none
  std::vector<double> printed_errors;         // half a unit of the last digit shown
};

struct Expected {
  std::vector<double> times;
  std::vector<ExpectedColumn> columns;
};

Expected read_expected(const std::filesystem::path& file);

// "name[a,b]" by which columns and series are matched: case, blanks, quotes and underscores aside.
std::string column_key(const std::string& name);

}  // namespace flowyard::test
