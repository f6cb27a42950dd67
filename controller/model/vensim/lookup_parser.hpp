// The points of a lookup, as they stand in a definition or in WITH LOOKUP. A pure function over a token
// stream.
#pragma once

#include <optional>

#include "controller/model/lookup.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {

// `[(x0,y0)-(x1,y1), (ref,ref)...], (x,y), (x,y)...` or the older `x1,x2,...,y1,y2,...`, up to but without
// the closing parenthesis. Reference points after the range are only drawn, and dropped.
Lookup parse_points(TokenStream& tokens);

// An optionally signed number.
std::optional<double> parse_signed_number(TokenStream& tokens);

// The value of a Number token; fails where it is too large.
double number_value(const Token& token, TokenStream& tokens);

}  // namespace flowyard::controller::model::vensim
