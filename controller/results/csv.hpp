// CSV as RFC 4180 has it, but with plain newlines: numbers with the fewest digits that read back as the same
// double, NaN as an empty cell. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace flowyard::controller::exporting {

class CsvWriter {
 public:
  CsvWriter& cell(std::string_view text);  // quoted where it must be
  CsvWriter& cell(double number);
  CsvWriter& cell(std::uint64_t number);
  void end_row();

  const std::string& text() const { return text_; }
  std::string take() { return std::exchange(text_, {}); }

 private:
  void separate();

  std::string text_;
  bool row_begun_ = false;
};

// The fewest digits that read back as the same double; empty for NaN, "inf" and "-inf".
std::string number_text(double number);

}  // namespace flowyard::controller::exporting
