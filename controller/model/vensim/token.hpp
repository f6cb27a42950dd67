// Token: the smallest parts of a Vensim equation. Plain values that point into the source text.
#pragma once

#include <cstdint>
#include <string_view>

#include "controller/model/expression.hpp"
#include "controller/model/vensim/keyword.hpp"

namespace flowyard::controller::model::vensim {

enum class TokenKind : std::uint8_t {
  End,   // of the equation: `~`, `|`, the sketch or the end of the file follows
  Name,  // unquoted (with the blanks inside) or in double quotes
  Number,
  Text,  // in single quotes
  Keyword,
  OpenParenthesis,
  CloseParenthesis,
  OpenBracket,
  CloseBracket,
  Comma,
  Semicolon,
  Colon,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  NotEqual,
  Equal,
  DoubleEqual,  // ==
  ColonEqual,   // :=
  Arrow,        // ->
  DoubleArrow,  // <->
  Bang,
};

struct Token {
  TokenKind kind = TokenKind::End;
  Keyword keyword = Keyword::None;
  bool first_on_line = false;  // a line end, not a continuation, stands between it and the token before
  SourceLocation location = {};
  std::string_view text = {};  // as written, with quotes, line ends and continuations
};

}  // namespace flowyard::controller::model::vensim
