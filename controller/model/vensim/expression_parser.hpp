// Vensim formulas: from tokens to an Expression. Pure functions over a token stream.
//
// Operators, loosest first: :OR:  :AND:  :NOT:  = <> < <= > >=  + -  * /  unary - +  ^. All are left
// associative but ^, so that -2^2 is -4 and 2^3^2 is 2^9.
#pragma once

#include "controller/model/expression.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {

// One formula, up to where it can go no further.
Expression parse_expression(TokenStream& tokens);

// The right-hand side of an equation: a formula, a list of constants `1,2;3,4;` or TABBED ARRAY(...).
Expression parse_right_hand_side(TokenStream& tokens);

}  // namespace flowyard::controller::model::vensim
