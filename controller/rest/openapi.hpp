// docs/openapi.yaml, built into the program.
#pragma once

#include <string_view>

namespace flowyard::controller::rest {

extern const std::string_view openapi_document;

}  // namespace flowyard::controller::rest
