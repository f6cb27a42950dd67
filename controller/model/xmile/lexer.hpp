// lexer: the text of one XMILE equation as tokens (OASIS XMILE 1.0, section 3.2). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model::xmile {

struct Token {
  enum class Kind { Number, Name, Symbol, End, Wrong };
  Kind kind = Kind::End;
  bool quoted = false;         // a Name wholly within quotes: never a keyword
  std::string_view text = {};  // as written; a Symbol is one of
                               // + - * / // ^ ( ) [ ] , ; : ! @ ' .* < <= > >= = <> :NA:
  std::size_t at = 0;          // in the equation
  double number = 0;
};

struct Tokens {
  std::vector<Token> list = {};  // the last is End or Wrong
  std::string wrong = {};        // the error of the last token
  DiagnosticCode wrong_code = DiagnosticCode::Syntax;
};

inline constexpr std::size_t kMaxEquationTokens = 500'000;

// The whole equation, of which the tokens are views. Comments in braces and blanks between tokens vanish.
Tokens tokenize(std::string_view equation);

// The name that a Name token means; a qualified one has `.` between its parts, and one at the front where it
// starts at the root.
Name name_in(const Token& token);

// Case-blind comparison with a keyword in lower case.
bool is_word(const Token& token, std::string_view keyword);

}  // namespace flowyard::controller::model::xmile
