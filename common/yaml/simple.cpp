#include "common/yaml/simple.hpp"

#include <algorithm>
#include <utility>

#include "common/yaml/builder.hpp"

namespace flowyard::yaml {
namespace {

// Thrown where the text is more than plain.
struct NotSimple {};

[[noreturn]] void give_up() {
  throw NotSimple{};
}

// Every byte is ASCII that prints, an end of line, or part of well-formed UTF-8.
bool readable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c >= 0x20 && c < 0x7F) || c == '\n') continue;
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    const std::size_t more = c >= 0xC2 && c <= 0xDF ? 1 : c >= 0xE1 && c <= 0xEC ? 2 : 0;
    if (more == 0 || i + more >= text.size()) return false;
    if (c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA1) return false;  // controls
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    i += more;
  }
  return true;
}

bool is_null_word(std::string_view text) {
  return text == "~" || text == "null" || text == "Null" || text == "NULL";
}

class SimpleParser {
 public:
  SimpleParser(std::string_view text, TreeBuilder& builder) : text_(text), builder_(builder) {}

  void document() {
    to_next_content();
    if (at_end()) give_up();
    node(-1);
    if (!at_end()) give_up();
  }

 private:
  static constexpr std::size_t longest_key = 900;  // yaml-cpp takes 1024

  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
  static bool ends_line(char c) { return c == '\n' || c == '\r'; }
  static bool is_blank_or_end(char c) { return c == ' ' || ends_line(c); }
  static bool ends_in_flow(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }
  int column() const { return static_cast<int>(at_ - line_start_); }  // bytes from 0
  SourcePlace place() const { return builder_.place(line_, column() + 1); }

  void next_line() {
    while (!at_end() && text_[at_] != '\n') ++at_;
    if (!at_end()) {
      ++at_;
      ++line_;
    }
    line_start_ = at_;
  }

  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }

  // Over blanks, comments and ends of lines. In a block that starts a line of its own, in a flow it need not.
  void to_next_content() {
    for (;;) {
      const std::size_t before = at_;
      skip_blanks();
      if (at_end()) return;
      if (peek() == '#') {
        if (at_ == before && at_ != line_start_) give_up();
        next_line();
      } else if (ends_line(peek())) {
        next_line();
      } else {
        break;
      }
    }
    const std::string_view rest = text_.substr(at_, 3);
    if (at_ == line_start_ && (rest == "---" || rest == "...")) give_up();
  }

  // Only blanks or a comment may follow a value in its line.
  void end_of_value() {
    const std::size_t before = at_;
    skip_blanks();
    const bool comment = peek() == '#' && at_ > before;
    if (!comment && !ends_line(peek())) give_up();
    at_ = before;
    to_next_content();
  }

  bool at_dash() const { return peek() == '-' && is_blank_or_end(peek(1)); }

  // A node whose first token stands here, first in its line or after "- "; `parent` is the column (from 0) of
  // what it is part of.
  void node(int parent) {
    const int own = column();
    if (own <= parent) give_up();
    if (at_dash()) return sequence(own);
    if (peek() == '[' || peek() == '{') {
      flow();
      end_of_value();
      if (!at_end() && column() > parent && parent >= 0) give_up();
      return;
    }
    mapping(own);
  }

  void sequence(int own) {
    builder_.start(Kind::Sequence, place(), 0);
    while (!at_end() && column() == own && at_dash()) {
      const int line = line_;
      ++at_;
      to_next_content();
      if (at_end() || line_ != line) give_up();
      if (at_dash() || starts_key())
        node(own);
      else
        value(own);
    }
    builder_.end();
  }

  // Whether a key and its ":" begin here. Looks only; reads nothing.
  bool starts_key() {
    if (peek() == '[' || peek() == '{') return false;
    const std::size_t before = at_;
    scalar_text(false);
    const bool key = peek() == ':';
    at_ = before;
    return key;
  }

  void mapping(int own) {
    builder_.start(Kind::Mapping, place(), 0);
    while (!at_end() && column() == own) {
      if (at_dash()) give_up();
      key(false);
      const int line = line_;
      const std::size_t after_key = at_;
      to_next_content();
      if (line_ == line) {
        if (at_end() || at_ == after_key) give_up();
        value(own);
      } else if (!at_end() && column() > own) {
        nested(own);
      } else if (!at_end() && column() == own && at_dash()) {
        sequence(own);
      } else {
        if (text_.back() != '\n') give_up();
        builder_.null(builder_.place(0, 0), 0);  // it takes the key's place
      }
    }
    builder_.end();
    if (!at_end() && column() > own) give_up();
  }

  // What stands below a key, further in.
  void nested(int parent) {
    if (at_dash() || peek() == '[' || peek() == '{' || starts_key()) return node(parent);
    value(parent);
  }

  // After "key: " or "- ", in the same line.
  void value(int parent) {
    if (at_dash()) give_up();
    if (peek() == '|') return literal_block(parent);
    if (peek() == '[' || peek() == '{')
      flow();
    else
      scalar(false);
    end_of_value();
    if (!at_end() && column() > parent) give_up();  // goes on in the next line
  }

  void key(bool in_flow) {
    const std::size_t begin = at_;
    scalar(in_flow);
    if (peek() != ':' || !is_blank_or_end(peek(1)) || at_ - begin > longest_key) give_up();
    ++at_;
  }

  void scalar(bool in_flow) {
    SourcePlace where = place();
    const Style style = peek() == '"' || peek() == '\'' ? Style::Quoted : Style::Plain;
    std::string text = scalar_text(in_flow);
    if (style == Style::Plain && is_null_word(text)) return builder_.null(std::move(where), 0);
    builder_.scalar(std::move(text), style, std::move(where), 0);
  }

  // Goes to what ends it: blanks behind are passed over where a ":" follows, which makes it a key.
  std::string scalar_text(bool in_flow) {
    const char first = peek();
    if (first != '"' && first != '\'') return plain(in_flow);
    std::string text;
    for (++at_;; ++at_) {
      const char c = peek();
      if (ends_line(c) || (first == '"' && c == '\\')) give_up();
      if (c == first) {
        if (first == '"' || peek(1) != first) break;
        ++at_;
      }
      text += c;
    }
    ++at_;
    to_colon();
    return text;
  }

  void to_colon() {
    const std::size_t before = at_;
    skip_blanks();
    if (peek() != ':') at_ = before;
  }

  std::string plain(bool in_flow) {
    constexpr std::string_view never_first = "?,[]{}#&*!|>'\"%@`:";
    const char first = peek();
    if (is_blank_or_end(first) || never_first.find(first) != std::string_view::npos) give_up();
    if (first == '-' && (is_blank_or_end(peek(1)) || (in_flow && ends_in_flow(peek(1))))) give_up();
    const std::size_t begin = at_;
    for (;; ++at_) {
      const char c = peek();
      if (ends_line(c)) break;
      if (c == ':' && (is_blank_or_end(peek(1)) || (in_flow && ends_in_flow(peek(1))))) break;
      if (c == '#' && text_[at_ - 1] == ' ') break;
      if (!in_flow) continue;
      if (c == '?') give_up();
      if (ends_in_flow(c)) break;
    }
    std::size_t end = at_;
    while (end > begin && text_[end - 1] == ' ') --end;
    if (peek() != ':') at_ = end;
    return std::string(text_.substr(begin, end - begin));
  }

  // The text of the next lines that are further in than `parent`, as it stands.
  void literal_block(int parent) {
    SourcePlace where = place();
    ++at_;
    const char chomping = peek() == '-' || peek() == '+' ? peek() : ' ';
    if (chomping != ' ') ++at_;
    skip_blanks();
    if (!ends_line(peek()) || chomping == '+') give_up();
    next_line();
    skip_blanks();
    const int indent = column();
    if (at_end() || ends_line(peek()) || indent <= std::max(parent, 0)) give_up();
    std::string text;
    std::string ends;  // of lines, not yet known to be inside
    for (;;) {
      const std::size_t begin = at_;
      while (!at_end() && !ends_line(peek())) ++at_;
      text += ends;
      text += text_.substr(begin, at_ - begin);
      ends = "\n";
      if (at_end()) give_up();
      if (!next_block_line(indent, ends)) break;
    }
    if (chomping != '-') text += '\n';
    builder_.scalar(std::move(text), Style::Literal, std::move(where), 0);
    to_next_content();
    if (!at_end() && column() > parent) give_up();
  }

  // To the text of the block's next line; lines without text add to `ends`. False: the block is over.
  bool next_block_line(int indent, std::string& ends) {
    for (;;) {
      next_line();
      while (column() < indent && peek() == ' ') ++at_;
      if (at_end()) return false;
      if (!ends_line(peek())) break;
      ends += '\n';
    }
    if (column() == indent) return true;
    if (peek() == '#') give_up();
    at_ = line_start_;
    return false;
  }

  void flow() {
    const bool is_mapping = peek() == '{';
    const char closing = is_mapping ? '}' : ']';
    builder_.start(is_mapping ? Kind::Mapping : Kind::Sequence, place(), 0);
    ++at_;
    to_next_content();
    bool empty = true;
    while (peek() != closing || !empty) {
      empty = false;
      if (at_end()) give_up();
      if (is_mapping) {
        key(true);
        to_next_content();
      }
      if (peek() == '[' || peek() == '{')
        flow();
      else
        scalar(true);
      to_next_content();
      if (peek() == closing) break;
      if (peek() != ',' || at_end()) give_up();
      ++at_;
      to_next_content();
    }
    if (at_end()) give_up();
    ++at_;
    builder_.end();
  }

  std::string_view text_;
  TreeBuilder& builder_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

std::optional<Document> parse_simple(const std::string& file, std::string_view text, const Limits& limits) {
  if (!readable(text)) return std::nullopt;
  TreeBuilder builder(file, limits);
  try {
    SimpleParser(text, builder).document();
  } catch (const NotSimple&) {
    return std::nullopt;
  } catch (const Stop&) {
    return std::nullopt;
  }
  Document document;
  document.root = builder.take_root();
  document.problems = builder.take_problems();
  return document;
}

}  // namespace flowyard::yaml
