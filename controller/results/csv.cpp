#include "controller/export/csv.hpp"

#include <charconv>
#include <cmath>

namespace flowyard::controller::exporting {

std::string number_text(double number) {
  if (std::isnan(number)) return "";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

void CsvWriter::separate() {
  if (row_begun_) text_ += ',';
  row_begun_ = true;
}

CsvWriter& CsvWriter::cell(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (char c : text) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

CsvWriter& CsvWriter::cell(double number) {
  separate();
  text_ += number_text(number);
  return *this;
}

CsvWriter& CsvWriter::cell(std::uint64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}

void CsvWriter::end_row() {
  text_ += "\n";
  row_begun_ = false;
}

}  // namespace flowyard::controller::exporting
