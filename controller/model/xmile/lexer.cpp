#include "controller/model/xmile/lexer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace flowyard::controller::model::xmile {
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

// Of the quoted name or the word that `text` begins with; all of it where the closing quote is missing.
std::size_t part_length(std::string_view text) {
  std::size_t end = 0;
  if (text.front() != '"') {
    while (end < text.size() && is_word_char(text[end])) ++end;
    return end;
  }
  for (end = 1; end < text.size(); ++end) {
    if (text[end] == '"') return end + 1;
    if (text[end] == '\\') ++end;
  }
  return text.size();
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() {
    for (;;) {
      skip();
      Token token = next();
      token.at = start_;
      if (token.text.empty()) token.text = text_.substr(start_, at_ - start_);
      if (tokens_.list.size() >= kMaxEquationTokens)
        token = wrong("the equation is too long", DiagnosticCode::TooLarge);
      tokens_.list.push_back(token);
      if (token.kind == Token::Kind::End || token.kind == Token::Kind::Wrong) return std::move(tokens_);
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

  Token wrong(std::string message, DiagnosticCode code = DiagnosticCode::Syntax) {
    tokens_.wrong_code = code;
    tokens_.wrong = std::move(message);
    return {.kind = Token::Kind::Wrong, .at = start_};
  }

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
    if (end < text_.size() && is_word_char(text_[end]) && !text_.substr(end).starts_with("\xC2\xA0")) {
      if (text_.substr(at_, end - at_).find('.') == text_.npos) return name();
    }
    Token token{.kind = Token::Kind::Number, .text = text_.substr(at_, end - at_)};
    at_ = end;
    const auto [rest, error] =
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.number);
    if (error == std::errc::result_out_of_range)
      return wrong("the number is out of range", DiagnosticCode::BadNumber);
    if (error != std::errc() || rest != token.text.data() + token.text.size()) {
      return wrong("'" + std::string(token.text) + "' is not a number", DiagnosticCode::BadNumber);
    }
    return token;
  }

  // Words and quoted names, joined by dots: module.variable, "my module".variable, .variable of the root.
  Token name() {
    Token token{.kind = Token::Kind::Name, .quoted = peek() == '"'};
    if (peek() == '.') ++at_;
    while (part()) {
      const bool more = peek() == '.' && (is_word_start(peek(1)) || peek(1) == '"');
      if (!more) return token;
      token.quoted = false;
      ++at_;
    }
    return wrong("the quoted name that begins here has no closing '\"'");
  }

  // False where a closing quote is missing.
  bool part() {
    const bool quoted = peek() == '"';
    const std::size_t length = part_length(text_.substr(at_));
    at_ += length;
    return !quoted || (length > 1 && text_[at_ - 1] == '"' && !escaped_last(length));
  }

  bool escaped_last(std::size_t length) const {
    std::size_t slashes = 0;
    while (slashes + 2 < length && text_[at_ - 2 - slashes] == '\\') ++slashes;
    return slashes % 2 == 1;
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
    constexpr std::string_view kPairs[] = {"<=", ">=", "<>", "//"};
    for (const auto pair : kPairs) {
      if (peek() != pair[0]) continue;
      // Stella's manual writes "> =".
      std::size_t second = at_ + 1;
      while (pair != "//" && second < text_.size() && is_blank(text_[second])) ++second;
      if (second == text_.size() || text_[second] != pair[1]) continue;
      at_ = second + 1;
      return {.kind = Token::Kind::Symbol, .text = pair};
    }
    if (text_.substr(at_).starts_with("*.*"))
      return wrong("the inner product '*.*' is not supported: write SUM(a * b)", DiagnosticCode::Unsupported);
    if (text_.substr(at_).starts_with(".*")) {
      at_ += 2;
      return {.kind = Token::Kind::Symbol};
    }
    constexpr std::pair<std::string_view, std::string_view> kSlips[] = {
        {"==", "="}, {"!=", "<>"}, {"&&", "AND"}, {"||", "OR"}, {"**", "^"}};
    for (const auto& [slip, right] : kSlips) {
      if (text_.substr(at_).starts_with(slip)) {
        return wrong("'" + std::string(slip) + "' is not an operator, did you mean '" + std::string(right) +
                     "'?");
      }
    }
    constexpr std::string_view kSingle = "+-*/^()[],;:!@'<>=";
    if (kSingle.find(peek()) == kSingle.npos) {
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
  Tokens tokens_;
};

}  // namespace

Tokens tokenize(std::string_view equation) {
  return Lexer(equation).run();
}

Name name_in(const Token& token) {
  if (token.quoted || token.text.find('.') == token.text.npos) return {token.text};
  Name name;
  std::string_view rest = token.text;
  if (rest.front() == '.') {
    name.display = name.key = ".";
    rest.remove_prefix(1);
  }
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t length = part_length(rest);
    const Name part(rest.substr(0, length));
    name.display += (first ? "" : ".") + part.display;
    name.key += (first ? "" : ".") + part.key;
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return name;
}

bool is_word(const Token& token, std::string_view keyword) {
  if (token.kind != Token::Kind::Name || token.quoted || token.text.size() != keyword.size()) return false;
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(token.text[i])) != keyword[i]) return false;
  }
  return true;
}

}  // namespace flowyard::controller::model::xmile
