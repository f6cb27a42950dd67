#include "controller/results/csv.hpp"

#include <cmath>

#include "common/base/formula_mark.hpp"
#include "common/base/number_text.hpp"

namespace flowyard::controller::results {

std::string cell_text(double number) {
  return std::isnan(number) ? "" : number_text(number);
}

void CsvWriter::separate() {
  if (row_begun_) text_ += separator_;
  row_begun_ = true;
}

CsvWriter& CsvWriter::cell(std::string_view unmarked) {
  separate();
  const auto text = with_formula_mark(unmarked);
  if (text.find_first_of("\"\r\n") == std::string::npos && text.find(separator_) == std::string::npos) {
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
  text_ += cell_text(number);
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

}  // namespace flowyard::controller::results
