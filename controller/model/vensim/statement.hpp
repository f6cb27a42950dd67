// Statement: one equation of a Vensim file. A pure function over a token stream.
#pragma once

#include <optional>
#include <variant>

#include "controller/model/vensim/scope.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {

// A reality check or a string variable: nothing that a simulation computes.
struct Skipped {
  SourceLocation location = {};
  const char* what = "";
};

using Statement = std::variant<Skipped, Definition, Dimension>;

// The whole equation, without units and comment. nullopt after an error, which is reported.
std::optional<Statement> parse_statement(TokenStream& tokens);

}  // namespace flowyard::controller::model::vensim
