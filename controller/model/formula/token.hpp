// Tokens of the expression language; see expression_parser.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/expression.hpp"

namespace flowyard::controller::model::formula {

// What a symbol means, however it was spelled.
enum class Symbol : std::uint8_t {
  None,
  Plus,
  Minus,
  Times,
  Divide,
  Power,
  Open,
  Close,
  OpenBracket,
  CloseBracket,
  Comma,
  Colon,
  Bang,
  At,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  And,
  Or,
  Not,
  Mod,
  If,
  Then,
  Else,
  NotAvailable,
};

// Its usual spelling, for messages.
std::string_view text_of(Symbol symbol);

struct Token {
  enum class Kind : std::uint8_t { Number, Name, QuotedName, Text, Symbol, End };
  Kind kind = Kind::End;
  Symbol symbol = Symbol::None;
  SourceLocation location = {};
  double number = 0;
  std::string_view text = {};  // part of the text that was read
};

// Always ends with Kind::End.
Result<std::vector<Token>> tokens_of(std::string_view text, const FileLocation& location);

}  // namespace flowyard::controller::model::formula
