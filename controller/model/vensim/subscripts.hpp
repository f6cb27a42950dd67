// Subscript lists `[a, b!]` and the definitions of subscript ranges. Pure functions over a token stream.
#pragma once

#include <vector>

#include "controller/model/model.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {

// `[a, "b c", d!]`; the opening bracket comes next. `!` gives Subscript::Kind::Bang.
std::vector<Subscript> parse_subscripts(TokenStream& tokens);

// What follows `name :`. Members, ranges (A1-A10), GET XLS/DIRECT SUBSCRIPT, then `-> ...` mappings.
Dimension parse_dimension(Name name, SourceLocation location, TokenStream& tokens);

}  // namespace flowyard::controller::model::vensim
