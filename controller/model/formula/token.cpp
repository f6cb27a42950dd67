#include "controller/model/formula/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/diagnostic_code.hpp"

namespace flowyard::controller::model::formula {
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
struct SymbolSpelling {
  std::string_view written;  // letters in lower case
  Symbol symbol;
};
// Longer ones before their prefixes.
constexpr std::array kSymbolsSpelled = {
    SymbolSpelling{"<>", Symbol::NotEqual},
    SymbolSpelling{"<=", Symbol::LessEqual},
    SymbolSpelling{">=", Symbol::GreaterEqual},
    SymbolSpelling{"<", Symbol::Less},
    SymbolSpelling{">", Symbol::Greater},
    SymbolSpelling{"!=", Symbol::NotEqual},
    SymbolSpelling{"==", Symbol::Equal},
    SymbolSpelling{"=", Symbol::Equal},
    SymbolSpelling{"**", Symbol::Power},
    SymbolSpelling{"^", Symbol::Power},
    SymbolSpelling{"+", Symbol::Plus},
    SymbolSpelling{"-", Symbol::Minus},
    SymbolSpelling{"*", Symbol::Times},
    SymbolSpelling{"/", Symbol::Divide},
    SymbolSpelling{"(", Symbol::Open},
    SymbolSpelling{")", Symbol::Close},
    SymbolSpelling{"[", Symbol::OpenBracket},
    SymbolSpelling{"]", Symbol::CloseBracket},
    SymbolSpelling{",", Symbol::Comma},
    SymbolSpelling{"!", Symbol::Bang},
    SymbolSpelling{"@", Symbol::At},
    SymbolSpelling{"&&", Symbol::And},
    SymbolSpelling{"||", Symbol::Or},
    SymbolSpelling{":and:", Symbol::And},
    SymbolSpelling{":or:", Symbol::Or},
    SymbolSpelling{":not:", Symbol::Not},
    SymbolSpelling{":na:", Symbol::NotAvailable},
    SymbolSpelling{":", Symbol::Colon},
};
constexpr std::array kWordsSpelled = {
    SymbolSpelling{"and", Symbol::And},   SymbolSpelling{"or", Symbol::Or},
    SymbolSpelling{"not", Symbol::Not},   SymbolSpelling{"mod", Symbol::Mod},
    SymbolSpelling{"if", Symbol::If},     SymbolSpelling{"then", Symbol::Then},
    SymbolSpelling{"else", Symbol::Else},
};

char lower_of(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// Whether the text begins so, in capitals or not.
bool begins(std::string_view text, std::string_view written) {
  return text.size() >= written.size() && std::equal(written.begin(), written.end(), text.begin(),
                                                     [](char w, char c) { return w == lower_of(c); });
}
Symbol to_string(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  if (text.size() > kLongest) return Symbol::None;
  for (const auto& [written, symbol] : kWordsSpelled)
    if (written.size() == text.size() && begins(text, written)) return symbol;
  return Symbol::None;
}

class Lexer {
 public:
  Lexer(std::string_view text, const FileLocation& location) : text_(text), start_(location) {
    line_ = std::max(1, location.line);
    column_ = std::max(1, location.column);
  }

  Result<std::vector<Token>> run() {
    tokens_.reserve(text_.size() / 2 + 1);
    for (;;) {
      skip_blanks();
      Token token;
      token.location = {.file = 0, .line = line_, .column = column_};
      if (at_ == text_.size()) {
        tokens_.push_back(token);
        return std::move(tokens_);
      }
      if (!next(token))
        return invalid(wrong_code_, wrong_,
                       {.file = start_.file, .line = token.location.line, .column = token.location.column});
      tokens_.push_back(token);
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
      wrong_code_ = DiagnosticCode::BadNumber;
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
    token.symbol = to_string(token.text);
    token.kind = token.symbol == Symbol::None ? Token::Kind::Name : Token::Kind::Symbol;
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
    const auto rest = text_.substr(at_);
    const auto found = std::find_if(kSymbolsSpelled.begin(), kSymbolsSpelled.end(),
                                    [&](const SymbolSpelling& s) { return begins(rest, s.written); });
    if (found == kSymbolsSpelled.end()) {
      wrong_ = std::string("'") + peek() + "' does not belong into an expression";
      return false;
    }
    token.symbol = found->symbol;
    advance(found->written.size());
    return true;
  }

  std::string_view text_;
  const FileLocation& start_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  std::string wrong_;
  DiagnosticCode wrong_code_ = DiagnosticCode::Syntax;
  std::vector<Token> tokens_;
};

}  // namespace

std::string_view text_of(Symbol symbol) {
  const auto has = [&](const SymbolSpelling& s) { return s.symbol == symbol; };
  if (const auto word = std::find_if(kWordsSpelled.begin(), kWordsSpelled.end(), has);
      word != kWordsSpelled.end())
    return word->written;
  if (symbol == Symbol::Equal) return "=";
  if (symbol == Symbol::Power) return "^";
  const auto found = std::find_if(kSymbolsSpelled.begin(), kSymbolsSpelled.end(), has);
  return found == kSymbolsSpelled.end() ? std::string_view() : found->written;
}

Result<std::vector<Token>> tokens_of(std::string_view text, const FileLocation& location) {
  return Lexer(text, location).run();
}

}  // namespace flowyard::controller::model::formula
