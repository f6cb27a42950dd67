// CSV as RFC 4180 has it, but with plain newlines: numbers with the fewest digits that read back as the same
// double, NaN as an empty cell. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace flowyard::controller::results {

class CsvWriter {
 public:
  explicit CsvWriter(char separator = ',') : separator_(separator) {}

  CsvWriter& cell(std::string_view text);  // quoted where it must be
  CsvWriter& cell(double number);
  CsvWriter& cell(std::uint64_t number);
  void end_row();

  const std::string& text() const { return text_; }
  std::string take() { return std::exchange(text_, {}); }

 private:
  void separate();

  char separator_;
  std::string text_;
  bool row_begun_ = false;
};

// A number as a cell has it: the fewest digits that read back as the same double; empty for NaN.
std::string cell_text(double number);

}  // namespace flowyard::controller::results
