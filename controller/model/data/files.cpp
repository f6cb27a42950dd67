#include "controller/model/data/files.hpp"

#include <algorithm>

#include "common/base/diagnostic_code.hpp"
#include "common/base/suggest.hpp"
#include "common/base/text.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model::data {
namespace {

// What stands where a workbook's sheet is named, else a comma in a .csv, and a tab in any other text
// (Vensim).
char separator_of(const std::string& file, const std::string& tab) {
  if (tab == "\\t" || lower(tab) == "tab") return '\t';
  if (tab.size() == 1) return tab[0];
  return lower(file).ends_with(".csv") ? ',' : '\t';
}

}  // namespace

Result<Workbook> Files::read(const std::string& file, const std::string& tab) const {
  const auto bytes = source_(file);
  if (!bytes) return bytes.error();
  if (auto book = read_spreadsheet(*bytes)) return std::move(*book);
  if (bytes->find('\0') != std::string::npos)
    return invalid(DiagnosticCode::NotAModel, "it is neither a spreadsheet (.xlsx, .xls) nor text");
  return read_separated(*bytes, separator_of(file, tab));
}

Result<Opened> Files::open(const std::string& file, const std::string& tab) {
  auto found = books_.find(file + '\n' + tab);
  // A workbook is the same for all of its tabs.
  if (found == books_.end()) found = books_.find(file);
  if (found == books_.end()) {
    auto book = read(file, tab);
    const bool has_tabs = book && !book->sheets.empty() && !book->sheets.front().name.empty();
    found = books_.emplace(has_tabs || !book ? file : file + '\n' + tab, std::move(book)).first;
  }
  const auto& book = found->second;
  if (!book) return Error(book.error()).within("reading '" + file + "'");
  for (const auto& sheet : book->sheets)
    if (sheet.name.empty() || lower(sheet.name) == lower(tab)) return Opened{&sheet, &*book};
  std::vector<std::string> names;
  for (const auto& sheet : book->sheets) names.push_back(sheet.name);
  return invalid(DiagnosticCode::UnknownName,
                 "'" + file + "' has no sheet '" + tab + "'" + suggestion(tab, names));
}

}  // namespace flowyard::controller::model::data
