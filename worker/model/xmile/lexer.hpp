// lexer: the text of one XMILE equation as tokens (OASIS XMILE 1.0, section 3.2). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "worker/model/name.hpp"

namespace flowyard::worker::model::xmile {

struct Token {
  enum class Kind { Number, Name, Symbol, End, Wrong };
  Kind kind = Kind::End;
  std::string_view text =
      {};              // as written; a Symbol is one of + - * / // ^ ( ) [ ] , ; : ! @ ' < <= > >= = <> :NA:
  std::size_t at = 0;  // in the equation
  double number = 0;
  Name name = {};          // a qualified name has `.` between its parts
  bool quoted = false;     // wholly within quotes: never a keyword
  std::string wrong = {};  // Wrong: what is the matter
};

// The whole equation; the last token is End. Comments in braces and blanks between tokens vanish.
std::vector<Token> tokenize(std::string_view equation);

// Nothing but blanks and comments.
bool says_nothing(std::string_view equation);

// Case-blind comparison with a keyword in lower case.
bool is_word(const Token& token, std::string_view keyword);

}  // namespace flowyard::worker::model::xmile
