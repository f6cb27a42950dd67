#include "common/base/diagnostic_code.hpp"
#include "common/base/formula_mark.hpp"
#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {
namespace {

class SeparatedReader {
 public:
  SeparatedReader(std::string_view bytes, char separator) : bytes_(bytes), separator_(separator) {}

  Result<Workbook> read() {
    if (bytes_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    for (; at_ < bytes_.size(); ++at_) {
      take(bytes_[at_]);
      if (!within_) break;
    }
    end_cell();
    if (!within_) return too_large(kTooMuch);
    Workbook book;
    book.sheets.push_back(std::move(sheet_));
    return book;
  }

 private:
  void take(char c) {
    if (quoted_) {
      const bool doubled = c == '"' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '"';
      if (doubled) ++at_;
      if (c == '"' && !doubled)
        quoted_ = false;
      else
        text_ += c;
    } else if (c == '"' && text_.empty()) {
      quoted_ = true;
    } else if (c == separator_) {
      end_cell();
      ++column_;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\n') ++at_;
      end_cell();
      ++row_;
      column_ = 0;
    } else {
      text_ += c;
    }
  }

  void end_cell() {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_.erase(0, std::min(text_.find_first_not_of(' '), text_.size()));
    if (!text_.empty()) {
      const auto value = number_in(text_);
      Cell cell = value ? Cell(*value) : Cell(std::string(without_formula_mark(text_)));
      within_ = within_ && allowance_.take(cell) && row_ < kMaxRows && column_ < kMaxColumns;
      sheet_.set(row_, column_, std::move(cell));
    }
    text_.clear();
  }

  std::string_view bytes_;
  char separator_;
  std::size_t at_ = 0;
  Sheet sheet_;
  Allowance allowance_;
  bool within_ = true;
  std::string text_;
  bool quoted_ = false;
  int row_ = 0;
  int column_ = 0;
};

}  // namespace

Result<Workbook> read_separated(std::string_view bytes, char separator) {
  if (bytes.size() > kMaxUnpackedBytes) return too_large("it is larger than 128 MiB");
  return SeparatedReader(bytes, separator).read();
}

}  // namespace flowyard::controller::model::data
