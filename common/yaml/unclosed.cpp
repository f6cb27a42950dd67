#include "common/yaml/unclosed.hpp"

#include <algorithm>
#include <vector>

namespace flowyard::yaml {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

class Scan {
 public:
  Scan(std::string_view text, int noticed_line) : text_(text), noticed_line_(noticed_line) {}

  std::optional<Unclosed> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        end_line();
      } else if (c == '#' && (fresh_ || is_blank(text_[at_ - 1]))) {
        skip_line();
      } else if ((c == '"' || c == '\'') && fresh_) {
        if (auto found = quoted(c)) return found;
      } else if ((c == '[' || c == '{') && (fresh_ || !open_.empty())) {
        open_.push_back({c, line_, column()});
        step(true);
      } else if ((c == ']' || c == '}') && !open_.empty()) {
        if (auto found = close(c)) return found;
      } else if ((c == '|' || c == '>') && fresh_ && open_.empty()) {
        skip_block();
      } else {
        // What may follow these begins a value of its own.
        const bool ends_key = (c == ':' || c == '-' || c == '?') && is_followed_by_blank();
        step(ends_key || (c == ',' && !open_.empty()) || (fresh_ && is_blank(c)));
      }
    }
    if (open_.empty()) return std::nullopt;
    const Opened& last = open_.back();
    return Unclosed{last.line, last.column,
                    std::string("the '") + last.bracket + "' opened here is not closed by '" +
                        closing(last.bracket) + "', or a comma is missing"};
  }

 private:
  struct Opened {
    char bracket;
    int line, column;
  };

  static char closing(char bracket) { return bracket == '[' ? ']' : '}'; }
  int column() const { return static_cast<int>(at_ - line_begin_) + 1; }
  bool is_followed_by_blank() const {
    return at_ + 1 == text_.size() || is_blank(text_[at_ + 1]) || text_[at_ + 1] == '\n';
  }

  void step(bool fresh) {
    ++at_;
    fresh_ = fresh;
  }

  void end_line() {
    ++at_;
    ++line_;
    line_begin_ = at_;
    fresh_ = true;
  }

  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  std::size_t indentation(std::size_t begin) const {
    const auto content = text_.find_first_not_of(' ', begin);
    return std::min(content, text_.size()) - begin;
  }

  // A block of text: the lines that are indented further than the one it hangs on.
  void skip_block() {
    const auto own = indentation(line_begin_);
    skip_line();
    while (at_ < text_.size()) {
      const auto next = at_ + 1;
      const auto end = std::min(text_.find('\n', next), text_.size());
      const bool empty = text_.substr(next, end - next).find_first_not_of(" \t\r") == std::string_view::npos;
      if (!empty && indentation(next) <= own) return;
      end_line();
      at_ = end;
    }
  }

  std::optional<Unclosed> quoted(char quote) {
    const int line = line_, at_column = column();
    step(false);
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      } else if (c == '\\' && quote == '"') {
        ++at_;
      } else if (c == quote) {
        if (quote == '\'' && at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
          ++at_;
          continue;
        }
        step(false);
        if (line_ == line || line_ != noticed_line_) return std::nullopt;
        return Unclosed{line, at_column,
                        "the quote opened here is closed only in line " + std::to_string(line_)};
      }
    }
    return Unclosed{line, at_column, "the quote opened here is not closed"};
  }

  std::optional<Unclosed> close(char bracket) {
    const Opened last = open_.back();
    if (bracket == closing(last.bracket)) {
      open_.pop_back();
      step(false);
      return std::nullopt;
    }
    return Unclosed{last.line, last.column,
                    std::string("the '") + last.bracket + "' opened here is not closed: a '" + bracket +
                        "' comes first, in line " + std::to_string(line_)};
  }

  std::string_view text_;
  int noticed_line_;
  std::size_t at_ = 0, line_begin_ = 0;
  int line_ = 1;
  bool fresh_ = true;  // a value may begin here
  std::vector<Opened> open_;
};

}  // namespace

std::optional<Unclosed> find_unclosed(std::string_view text, int noticed_line) {
  return Scan(text, noticed_line).run();
}

}  // namespace flowyard::yaml
