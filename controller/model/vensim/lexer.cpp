#include "controller/model/vensim/lexer.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "controller/model/vensim/keyword.hpp"
#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Letters, and every character beyond ASCII.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool starts_name(char c) {
  return is_letter(c) || c == '_' || c == '$';
}

// '&' and '%' are no operators of Vensim: R&D budget, rate%, profit & loss. An apostrophe may stand anywhere
// but at the front: a text in quotes never follows a name.
bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '\'' || c == '&' || c == '%';
}

}  // namespace

void Lexer::advance(std::size_t count) {
  for (const std::size_t end = std::min(at_ + count, text_.size()); at_ < end; ++at_) {
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((c & 0xC0U) != 0x80U) {
      ++column_;
    }
  }
}

void Lexer::fail(SourceLocation location, DiagnosticCode what, std::string message) {
  diagnostics_.error(location, what, std::move(message));
  failed_ = true;
}

// A backslash, the line end, and the tabs that Vensim puts before what follows.
std::size_t Lexer::continuation_length(std::size_t at) const {
  if (at >= text_.size() || text_[at] != '\\') return 0;
  std::size_t end = at + 1;
  while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
  if (end >= text_.size() || text_[end] != '\n') return 0;
  ++end;
  while (end < text_.size() && text_[end] == '\t') ++end;
  return end - at;
}

// Vensim writes \\\\\\---///; two backslashes occur in files rewritten by other programs.
bool Lexer::sketch_at(std::size_t at) const {
  if (text_[at] != '\\') return false;
  const std::string_view rest = text_.substr(at);
  return rest.starts_with("\\\\\\---///") || rest.starts_with("\\\\---///") || rest.starts_with("\\---///");
}

std::size_t Lexer::blank_length(std::size_t at) const {
  if (at >= text_.size()) return 0;
  const char c = text_[at];
  if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v') return 1;
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  const std::string_view rest = text_.substr(at);
  if (rest.starts_with("\xC2\xA0")) return 2;                                          // no-break space
  if (rest.starts_with("\xEF\xBB\xBF") || rest.starts_with("\xE2\x80\x8B")) return 3;  // of no width
  return 0;
}

// Past the brace that closes the comment at `at_`; npos for none. Comments may stand in comments; where the
// inner ones are not all closed, the first '}' closes.
std::size_t Lexer::comment_end() {
  if (no_more_closing_braces_) return std::string_view::npos;
  const std::size_t first = text_.find('}', at_);
  if (first == std::string_view::npos || unbalanced_braces_) return first;
  int depth = 0;
  for (std::size_t i = at_; i < text_.size(); ++i) {
    if (text_[i] == '{') ++depth;
    if (text_[i] == '}' && --depth == 0) return i;
  }
  unbalanced_braces_ = true;
  return first;
}

void Lexer::skip_comment() {
  const std::size_t end = comment_end();
  if (end == std::string_view::npos) {
    no_more_closing_braces_ = true;
    fail(location(), DiagnosticCode::Syntax, "the comment that begins with '{' has no '}'");
    rest_of_line();
    return;
  }
  advance(end + 1 - at_);
}

void Lexer::skip_blanks() {
  while (!at_end()) {
    if (const std::size_t length = blank_length(at_)) {
      line_end_seen_ = line_end_seen_ || text_[at_] == '\n';
      advance(length);
    } else if (text_[at_] == '{') {
      skip_comment();
    } else if (const std::size_t joined = continuation_length(at_)) {
      advance(joined);
    } else if (sketch_at(at_)) {
      text_ = text_.substr(0, at_);
    } else {
      return;
    }
  }
}

Token Lexer::make(TokenKind kind, std::size_t length, bool first_on_line) {
  Token token{.kind = kind,
              .keyword = Keyword::None,
              .first_on_line = first_on_line,
              .location = location(),
              .text = text_.substr(at_, length)};
  advance(length);
  return token;
}

Token Lexer::next() {
  while (true) {
    skip_blanks();
    const bool first = std::exchange(line_end_seen_, false);
    const char c = peek();
    if (at_end() || c == '~' || c == '|') return make(TokenKind::End, 0, first);
    if (c == '"') return quoted_name(first);
    if (c == '\'') return quoted_text(first);
    if (starts_name(c)) return name(first);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number_or_name(first);
    if (c == ':') return colon(first);
    Token token = symbol(first);
    if (token.kind != TokenKind::End) return token;
    // The first describes the error of the equation; later ones often follow from it.
    if (!failed_) fail(token.location, DiagnosticCode::Syntax, "unexpected character " + shown(token.text));
  }
}

// Words, and the blanks and continuations between them.
std::size_t Lexer::name_end(std::size_t at) const {
  std::size_t end = at;
  while (true) {
    while (end < text_.size() && continues_name(text_[end]) && blank_length(end) == 0) ++end;
    std::size_t after = end;
    while (const std::size_t length = std::max(blank_length(after), continuation_length(after)))
      after += length;
    if (after == end || after >= text_.size()) return end;
    if (!continues_name(text_[after])) return end;
    end = after;
  }
}

Token Lexer::name(bool first_on_line) {
  return make(TokenKind::Name, name_end(at_) - at_, first_on_line);
}

// Past the closing quote; npos where the quote is not closed. A plain line end may stand inside if the rest
// looks like a name, so that a forgotten quote does not swallow the following equations.
std::size_t Lexer::quoted_end(std::size_t at) const {
  bool crossed = false;
  bool ends_equation = false;
  for (std::size_t i = at + 1; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') return i + 1;
    if (c == '\\') {
      const std::size_t joined = continuation_length(i);
      i += joined > 0 ? joined - 1 : 1;
    } else if (c == '\n') {
      if (crossed || ends_equation) return std::string_view::npos;
      crossed = true;
    } else if (c == '~' || c == '|') {
      if (crossed) return std::string_view::npos;
      ends_equation = true;
    } else if (crossed && c == '=') {
      return std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

Token Lexer::quoted_name(bool first_on_line) {
  const std::size_t end = quoted_end(at_);
  if (end != std::string_view::npos) return make(TokenKind::Name, end - at_, first_on_line);
  const std::size_t line_end = std::min(text_.find_first_of("\n|~", at_), text_.size());
  fail(location(), DiagnosticCode::Syntax,
       "the name " + shown(text_.substr(at_, line_end - at_)) + " has no closing '\"'");
  return make(TokenKind::Name, line_end - at_, first_on_line);
}

Token Lexer::quoted_text(bool first_on_line) {
  std::size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') {
    end += std::max<std::size_t>(continuation_length(end), 1);
  }
  if (end < text_.size() && text_[end] == '\'') return make(TokenKind::Text, end + 1 - at_, first_on_line);
  const std::size_t line_end = std::min(text_.find_first_of("\n|~", at_), text_.size());
  fail(location(), DiagnosticCode::Syntax,
       "the text " + shown(text_.substr(at_, line_end - at_)) + " has no closing \"'\"");
  return make(TokenKind::Text, line_end - at_, first_on_line);
}

// 12, 1.5, .5, 2., 1e-6; and names that begin with a digit, such as the element 3rd.
Token Lexer::number_or_name(bool first_on_line) {
  std::size_t end = at_;
  const auto digits = [&] {
    while (end < text_.size() && is_digit(text_[end])) ++end;
  };
  digits();
  const bool whole = end >= text_.size() || text_[end] != '.';
  if (!whole) {
    ++end;
    digits();
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    const std::size_t sign =
        end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-') ? 1 : 0;
    if (end + 1 + sign < text_.size() && is_digit(text_[end + 1 + sign])) {
      end += 1 + sign;
      digits();
    }
  }
  const bool goes_on = end < text_.size() && starts_name(text_[end]) && blank_length(end) == 0;
  if (whole && goes_on) return name(first_on_line);
  return make(TokenKind::Number, end - at_, first_on_line);
}

// `:WORD:`, `:=` or a lone colon.
Token Lexer::colon(bool first_on_line) {
  constexpr std::size_t kLongestWord = 30;
  std::size_t end = at_ + 1;
  const auto in_word = [&](char c) { return is_letter(c) || c == ' ' || c == '\t' || c == '_' || c == '\n'; };
  while (end < text_.size() && end - at_ < kLongestWord && in_word(text_[end])) ++end;
  const std::string_view word = text_.substr(at_ + 1, end - at_ - 1);
  const bool closed = end < text_.size() && text_[end] == ':' && !key_of(word).empty();
  if (closed) {
    if (const auto keyword = find_keyword(word)) {
      Token token = make(TokenKind::Keyword, end + 1 - at_, first_on_line);
      token.keyword = *keyword;
      return token;
    }
    const std::string_view all = text_.substr(at_, end + 1 - at_);
    if (word.find('\n') == std::string_view::npos) {
      fail(location(), DiagnosticCode::UnknownKey, "unknown keyword " + shown(all) + keyword_suggestion(all));
      return make(TokenKind::Keyword, end + 1 - at_, first_on_line);
    }
  }
  return make(peek(1) == '=' ? TokenKind::ColonEqual : TokenKind::Colon, peek(1) == '=' ? 2 : 1,
              first_on_line);
}

// End with the character in it where there is no such symbol.
Token Lexer::symbol(bool first_on_line) {
  struct Entry {
    std::string_view text;
    TokenKind kind;
  };
  static constexpr std::array<Entry, 22> kSymbols = {{
      {"<->", TokenKind::DoubleArrow},
      {"->", TokenKind::Arrow},
      {"<=", TokenKind::LessEqual},
      {">=", TokenKind::GreaterEqual},
      {"<>", TokenKind::NotEqual},
      {"==", TokenKind::DoubleEqual},
      {"<", TokenKind::Less},
      {">", TokenKind::Greater},
      {"=", TokenKind::Equal},
      {"(", TokenKind::OpenParenthesis},
      {")", TokenKind::CloseParenthesis},
      {"[", TokenKind::OpenBracket},
      {"]", TokenKind::CloseBracket},
      {",", TokenKind::Comma},
      {";", TokenKind::Semicolon},
      {"+", TokenKind::Plus},
      {"-", TokenKind::Minus},
      {"*", TokenKind::Star},
      {"/", TokenKind::Slash},
      {"^", TokenKind::Caret},
      {"!", TokenKind::Bang},
      {":", TokenKind::Colon},
  }};
  for (const auto& entry : kSymbols) {
    if (entry.text.front() == peek() && starts_with(entry.text))
      return make(entry.kind, entry.text.size(), first_on_line);
  }
  return make(TokenKind::End, 1, first_on_line);
}

std::string_view Lexer::field() {
  std::size_t end = at_;
  while (end < text_.size() && text_[end] != '~' && text_[end] != '|') {
    if (sketch_at(end)) {
      text_ = text_.substr(0, end);
      break;
    }
    ++end;
  }
  const std::string_view found = text_.substr(at_, end - at_);
  advance(end - at_);
  return found;
}

std::string_view Lexer::rest_of_line() {
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  const std::string_view found = text_.substr(at_, end - at_);
  advance(end - at_);
  return found;
}

bool Lexer::accept(char c) {
  if (peek() != c || at_end()) return false;
  advance(1);
  return true;
}

namespace {

// Calls keep(c) for every character but continuations.
template <class Keep>
void without_continuations(std::string_view text, Keep keep) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      std::size_t end = i + 1;
      while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
      if (end < text.size() && text[end] == '\n') {
        while (end + 1 < text.size() && text[end + 1] == '\t') ++end;
        i = end;
        continue;
      }
    }
    keep(text[i]);
  }
}

}  // namespace

std::string name_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  without_continuations(text, [&](char c) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  });
  return out;
}

std::string literal_text(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  std::string out;
  without_continuations(text, [&](char c) { out += c; });
  return out;
}

}  // namespace flowyard::controller::model::vensim
