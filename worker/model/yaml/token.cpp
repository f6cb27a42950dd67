#include "worker/model/yaml/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/text.hpp"

namespace flowyard::worker::model::yaml {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U);
}
bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '.' || c == '$';
}
bool is_word(const std::string& text) {
  static constexpr std::array<std::string_view, 7> words = {"and", "or", "not", "mod", "if", "then", "else"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

class Lexer {
 public:
  Lexer(std::string_view text, const SourcePlace& place) : text_(text), start_(place) {
    line_ = std::max(1, place.line);
    column_ = std::max(1, place.column);
  }

  Result<std::vector<Token>> run() {
    for (;;) {
      skip_blanks();
      Token token;
      token.place = {.file = 0, .line = line_, .column = column_};
      if (at_ == text_.size()) {
        tokens_.push_back(token);
        return std::move(tokens_);
      }
      if (!next(token))
        return invalid(wrong_, {.file = start_.file, .line = token.place.line, .column = token.place.column});
      tokens_.push_back(std::move(token));
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void advance(std::size_t count) {
    for (; count > 0; --count, ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '\n') {
        ++line_;
        column_ = 1;
      } else if ((c & 0xC0U) != 0x80U) {
        ++column_;
      }
    }
  }
  void skip_blanks() {
    while (at_ < text_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
      advance(1);
  }

  bool next(Token& token) {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(token);
    if (starts_name(c)) return name(token);
    if (c == '"') return quoted(token, Token::Kind::QuotedName);
    if (c == '\'') return quoted(token, Token::Kind::Text);
    return symbol(token);
  }

  bool number(Token& token) {
    token.kind = Token::Kind::Number;
    const char* begin = text_.data() + at_;
    const auto [end, status] = std::from_chars(begin, text_.data() + text_.size(), token.number);
    if (status != std::errc()) {
      wrong_ = "this number is out of range";
      return false;
    }
    advance(static_cast<std::size_t>(end - begin));
    return true;
  }

  bool name(Token& token) {
    std::size_t length = 1;
    while (continues_name(peek(length))) ++length;
    token.text = text_.substr(at_, length);
    advance(length);
    const std::string low = lower(token.text);
    token.kind = is_word(low) ? Token::Kind::Symbol : Token::Kind::Name;
    if (is_word(low)) token.text = low;
    return true;
  }

  bool quoted(Token& token, Token::Kind kind) {
    token.kind = kind;
    const char mark = peek();
    std::size_t length = 1;
    while (at_ + length < text_.size() && peek(length) != mark) length += peek(length) == '\\' ? 2 : 1;
    if (at_ + length >= text_.size()) {
      wrong_ = "this quote is never closed";
      return false;
    }
    token.text = text_.substr(at_ + 1, length - 1);
    advance(length + 1);
    return true;
  }

  bool symbol(Token& token) {
    token.kind = Token::Kind::Symbol;
    static constexpr std::array<std::array<std::string_view, 2>, 16> long_symbols = {{{":and:", "and"},
                                                                                      {":or:", "or"},
                                                                                      {":not:", "not"},
                                                                                      {":na:", ":na:"},
                                                                                      {"&&", "and"},
                                                                                      {"||", "or"},
                                                                                      {"<>", "<>"},
                                                                                      {"!=", "<>"},
                                                                                      {"<=", "<="},
                                                                                      {">=", ">="},
                                                                                      {"==", "="},
                                                                                      {"**", "^"},
                                                                                      {"=", "="},
                                                                                      {"<", "<"},
                                                                                      {">", ">"},
                                                                                      {"^", "^"}}};
    for (const auto& [written, canonical] : long_symbols) {
      if (lower(text_.substr(at_, written.size())) == written) {
        token.text = canonical;
        advance(written.size());
        return true;
      }
    }
    if (std::string_view("+-*/()[],:!@").find(peek()) == std::string_view::npos) {
      wrong_ = std::string("'") + peek() + "' does not belong into an expression";
      return false;
    }
    token.text = peek();
    advance(1);
    return true;
  }

  std::string_view text_;
  SourcePlace start_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  std::string wrong_;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view text, const SourcePlace& place) {
  return Lexer(text, place).run();
}

}  // namespace flowyard::worker::model::yaml
