#include "tests/conformance/expected.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "controller/model/name.hpp"

namespace flowyard::test {
namespace {

std::vector<std::vector<std::string>> cells_of(const std::string& text, char separator) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && separator == ',') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      rows.back().emplace_back();
    } else if ((c == '\r' || c == '\n') && !quoted) {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      rows.emplace_back(1);
    } else {
      rows.back().back() += c;
    }
  }
  return rows;
}

std::optional<double> number(std::string cell) {
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.pop_back();
  const std::size_t begin = cell.find_first_not_of(" +");
  if (begin == std::string::npos) return std::nullopt;
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, status] = std::from_chars(cell.data() + begin, end, value);
  if (status != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Half a unit of the last digit that a cell shows: what was lost in printing.
double printed_error(const std::string& cell) {
  const std::size_t point = cell.find('.');
  const std::size_t e = cell.find_first_of("eE");
  if (point == std::string::npos && e == std::string::npos) return 0;
  int exponent = 0;
  if (e != std::string::npos && e + 1 < cell.size())
    std::from_chars(cell.data() + e + (cell[e + 1] == '+' ? 2 : 1), cell.data() + cell.size(), exponent);
  const std::size_t end = e == std::string::npos ? cell.find_last_of("0123456789") + 1 : e;
  const int digits = point == std::string::npos ? 0 : static_cast<int>(end - point) - 1;
  return 0.51 * std::pow(10.0, exponent - digits);
}

}  // namespace

Expected read_expected(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const char separator =
      text.substr(0, text.find_first_of("\r\n")).find('\t') == std::string::npos ? ',' : '\t';
  const auto rows = cells_of(text, separator);
  Expected expected;
  for (std::size_t k = 1; k < rows.front().size(); ++k) expected.columns.push_back({rows.front()[k], {}, {}});
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const auto time = number(rows[r].front());
    if (!time) continue;
    expected.times.push_back(*time);
    for (std::size_t k = 0; k < expected.columns.size(); ++k) {
      const std::string cell = k + 1 < rows[r].size() ? rows[r][k + 1] : std::string();
      const auto value = number(cell);
      expected.columns[k].values.push_back(value);
      expected.columns[k].printed_errors.push_back(value ? printed_error(cell) : 0);
    }
  }
  return expected;
}

namespace {

// A cell of a table that quotes by doubling: """a""" is "a".
std::string unquoted(const std::string& text) {
  if (text.size() < 6 || !text.starts_with("\"\"\"") || !text.ends_with("\"\"\"")) return text;
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '"' && text[i + 1] == '"') ++i;
  }
  return plain;
}

}  // namespace

std::string column_key(const std::string& written) {
  const std::string name = unquoted(written);
  const std::size_t bracket = name.find('[');
  if (bracket == std::string::npos || name.back() != ']') return controller::model::key_of(name);
  std::string key = controller::model::key_of(name.substr(0, bracket)) + "[";
  std::string element;
  for (std::size_t i = bracket + 1; i < name.size(); ++i) {
    if (name[i] != ',' && name[i] != ']') {
      element += name[i];
      continue;
    }
    key += (key.back() == '[' ? "" : ",") + controller::model::key_of(element);
    element.clear();
  }
  return key + "]";
}

}  // namespace flowyard::test
