#include "worker/model/xmile/lexer.hpp"

#include <cctype>
#include <charconv>
#include <utility>

namespace flowyard::worker::model::xmile {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_word_char(char c) {
  return is_word_start(c) || is_digit(c);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    for (;;) {
      skip();
      Token token = next();
      token.at = start_;
      if (token.text.empty()) token.text = text_.substr(start_, at_ - start_);
      const auto kind = token.kind;
      tokens_.push_back(std::move(token));
      if (kind == Token::Kind::End || kind == Token::Kind::Wrong) return std::move(tokens_);
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  // Blanks (the no-break space too) and comments. An unclosed comment is left for next() to report.
  void skip() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_).starts_with("\xC2\xA0")) {
        at_ += 2;
      } else if (text_[at_] == '{' && text_.find('}', at_) != text_.npos) {
        at_ = text_.find('}', at_) + 1;
      } else {
        return;
      }
    }
  }

  Token wrong(std::string message) const { return {.kind = Token::Kind::Wrong, .wrong = std::move(message)}; }

  Token next() {
    start_ = at_;
    if (at_ == text_.size()) return {};
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_word_start(c) || c == '"' || (c == '.' && (is_word_start(peek(1)) || peek(1) == '"')))
      return name();
    if (c == '{') return wrong("the comment that begins here has no closing '}'");
    return symbol();
  }

  Token number() {
    std::size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    const bool exponent = end < text_.size() && (text_[end] == 'e' || text_[end] == 'E');
    const std::size_t sign =
        end + 1 < text_.size() && (text_[end + 1] == '-' || text_[end + 1] == '+') ? 1 : 0;
    if (exponent && end + 1 + sign < text_.size() && is_digit(text_[end + 1 + sign])) {
      end += 1 + sign;
      while (end < text_.size() && is_digit(text_[end])) ++end;
    }
    // A name may not begin with a digit, but exporters write such names; only one without a dot can be meant.
    if (end < text_.size() && is_word_char(text_[end])) {
      if (text_.substr(at_, end - at_).find('.') == text_.npos) return name();
    }
    Token token{.kind = Token::Kind::Number, .text = text_.substr(at_, end - at_)};
    at_ = end;
    const auto [rest, error] =
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.number);
    if (error == std::errc::result_out_of_range) return wrong("the number is out of range");
    if (error != std::errc() || rest != token.text.data() + token.text.size()) {
      return wrong("'" + std::string(token.text) + "' is not a number");
    }
    return token;
  }

  // Words and quoted names, joined by dots: module.variable, "my module".variable, .variable of the root.
  Token name() {
    Token token{.kind = Token::Kind::Name};
    token.quoted = peek() == '"';
    if (peek() == '.') {
      token.name.display = token.name.key = ".";
      ++at_;
    }
    for (bool first = true;; first = false) {
      const std::size_t begin = at_;
      if (peek() == '"') {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size()) {
          at_ = text_.size();
          return wrong("the quoted name that begins here has no closing '\"'");
        }
        ++at_;
      } else {
        while (at_ < text_.size() && is_word_char(text_[at_])) ++at_;
      }
      const Name part(text_.substr(begin, at_ - begin));
      token.name.display += (first ? "" : ".") + part.display;
      token.name.key += (first ? "" : ".") + part.key;
      const bool more = peek() == '.' && (is_word_start(peek(1)) || peek(1) == '"');
      if (!more) break;
      token.quoted = false;
      ++at_;
    }
    return token;
  }

  // Vensim's :AND:, :OR:, :NOT: and :NA:, which exporters leave in place; the words lose their colons.
  Token vensim_word() {
    for (const std::string_view word : {":and:", ":or:", ":not:", ":na:"}) {
      const auto found = text_.substr(at_, word.size());
      bool same = found.size() == word.size();
      for (std::size_t i = 0; same && i < word.size(); ++i) {
        same = std::tolower(static_cast<unsigned char>(found[i])) == word[i];
      }
      if (!same) continue;
      at_ += word.size();
      if (word == ":na:") return {.kind = Token::Kind::Symbol, .text = ":NA:"};
      return {.kind = Token::Kind::Name, .text = found.substr(1, found.size() - 2)};
    }
    return {};
  }

  Token symbol() {
    if (Token word = vensim_word(); word.kind != Token::Kind::End) return word;
    constexpr std::string_view pairs[] = {"<=", ">=", "<>", "//"};
    for (const auto pair : pairs) {
      if (text_.substr(at_).starts_with(pair)) {
        at_ += 2;
        return {.kind = Token::Kind::Symbol};
      }
    }
    constexpr std::pair<std::string_view, std::string_view> slips[] = {
        {"==", "="}, {"!=", "<>"}, {"&&", "AND"}, {"||", "OR"}, {"**", "^"}};
    for (const auto& [slip, right] : slips) {
      if (text_.substr(at_).starts_with(slip)) {
        return wrong("'" + std::string(slip) + "' is not an operator, did you mean '" + std::string(right) +
                     "'?");
      }
    }
    constexpr std::string_view single = "+-*/^()[],;:!@'<>=";
    if (single.find(peek()) == single.npos) {
      if (text_.substr(at_).starts_with("???")) {
        return wrong("'\?\?\?' stands where the exporting program could not write the equation");
      }
      return wrong(std::string("'") + peek() + "' has no meaning in an equation");
    }
    ++at_;
    return {.kind = Token::Kind::Symbol};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view equation) {
  return Lexer(equation).run();
}

bool says_nothing(std::string_view equation) {
  return tokenize(equation).front().kind == Token::Kind::End;
}

bool is_word(const Token& token, std::string_view keyword) {
  if (token.kind != Token::Kind::Name || token.quoted || token.text.size() != keyword.size()) return false;
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(token.text[i])) != keyword[i]) return false;
  }
  return true;
}

}  // namespace flowyard::worker::model::xmile
