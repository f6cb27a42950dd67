#include "worker/model/external/sheet.hpp"

namespace flowyard::worker::model::external {
namespace {

class SeparatedReader {
 public:
  SeparatedReader(std::string_view bytes, char separator) : bytes_(bytes), separator_(separator) {}

  Result<Workbook> read() {
    if (bytes_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    for (; at_ < bytes_.size(); ++at_) {
      if (!take(bytes_[at_])) return failure(ErrorCode::Limit, "it has more than 5,000,000 cells");
    }
    end_cell();
    Workbook book;
    book.sheets.push_back(std::move(sheet_));
    return book;
  }

 private:
  bool take(char c) {
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
    return sheet_.size() <= max_cells;
  }

  void end_cell() {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_.erase(0, std::min(text_.find_first_not_of(' '), text_.size()));
    if (const auto value = number_in(text_))
      sheet_.set(row_, column_, *value);
    else if (!text_.empty())
      sheet_.set(row_, column_, text_);
    text_.clear();
  }

  std::string_view bytes_;
  char separator_;
  std::size_t at_ = 0;
  Sheet sheet_;
  std::string text_;
  bool quoted_ = false;
  int row_ = 0;
  int column_ = 0;
};

}  // namespace

Result<Workbook> read_separated(std::string_view bytes, char separator) {
  if (bytes.size() > max_unpacked_bytes) return failure(ErrorCode::Limit, "it is larger than 256 MiB");
  return SeparatedReader(bytes, separator).read();
}

}  // namespace flowyard::worker::model::external
