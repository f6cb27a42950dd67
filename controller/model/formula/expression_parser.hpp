// The expression language of YAML models and of outcomes: infix, with both Vensim's and XMILE's spellings
// (`and`, :AND:, `if a then b else c`, IF_THEN_ELSE(a, b, c), a[north], a[region!], "quoted names"). Names of
// several words may be written with blanks or underscores. Pure.
#pragma once

#include <string_view>

#include "common/base/result.hpp"
#include "controller/model/expression.hpp"

namespace flowyard::controller::model::formula {

// `location` is where the text starts; the locations of nodes count from there, in file 0 of whatever model
// they are put into. The text must be one whole expression.
Results<Expression> parse_expression(std::string_view text, const FileLocation& location);

// A left-hand side: name, or name[a, b]; kept as a Reference.
Results<Expression> parse_left_hand_side(std::string_view text, const FileLocation& location);

}  // namespace flowyard::controller::model::formula
