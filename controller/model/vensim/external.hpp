// References to numbers outside the model: GET XLS ..., GET DIRECT ... Pure functions over a token stream.
#pragma once

#include <optional>
#include <string_view>

#include "controller/model/expression.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {

// Which of the external references the function of this key is; nullopt where it is none.
std::optional<ExternalReference::Kind> external_kind(std::string_view function_key);

// `('file', 'tab', ...)` after the function's name. Arguments beyond the known ones are kept in delay_or_map.
ExternalReference parse_external(ExternalReference::Kind kind, const Token& function, TokenStream& tokens);

}  // namespace flowyard::controller::model::vensim
