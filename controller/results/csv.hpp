// The one writer of CSV: as RFC 4180 has it, but with plain newlines; numbers with the fewest digits that
// read back as the same double, NaN as an empty cell; text that a spreadsheet would take for a formula behind
// an apostrophe. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "controller/results/table_format.hpp"

namespace flowyard::controller::results {

class CsvWriter final : public TableWriter {
 public:
  explicit CsvWriter(char separator = ',') : separator_(separator) {}

  CsvWriter& cell(std::string_view text) override;  // marked and quoted where it must be
  CsvWriter& cell(double number) override;
  CsvWriter& cell(std::uint64_t number) override;
  void end_row() override;

  const std::string& text() const { return text_; }
  std::size_t bytes() const override { return text_.size(); }
  std::string take() override { return std::exchange(text_, {}); }

 private:
  void separate();

  char separator_;
  std::string text_;
  bool row_begun_ = false;
};

// A number as a cell has it: the fewest digits that read back as the same double; empty for NaN.
std::string cell_text(double number);

}  // namespace flowyard::controller::results
