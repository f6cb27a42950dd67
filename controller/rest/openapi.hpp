// docs/openapi.yaml, built into the program.
#pragma once

#include <string_view>

namespace flowyard::controller::api {

extern const std::string_view openapi_document;

}  // namespace flowyard::controller::api
