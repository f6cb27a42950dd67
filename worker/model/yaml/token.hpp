// Tokens of the expression language; see expression_parser.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "worker/model/expression.hpp"

namespace flowyard::worker::model::yaml {

struct Token {
  enum class Kind { Number, Name, QuotedName, Text, Symbol, End };
  Kind kind = Kind::End;
  std::string
      text;  // symbols: canonical, with `and`, `or`, `not`, `mod`, `if`, `then`, `else`, `:na:` among them
  double number = 0;
  Place place = {};
};

// Always ends with Kind::End.
Result<std::vector<Token>> tokens_of(std::string_view text, const SourcePlace& place);

}  // namespace flowyard::worker::model::yaml
