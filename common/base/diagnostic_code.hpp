// DiagnosticCode: the kinds of errors that have a location in a file; generated from diagnostic_codes.def.
#pragma once

#include <string_view>

#include "common/base/error.hpp"

namespace flowyard {

enum class DiagnosticCode : unsigned char {
#define DIAGNOSTIC(name, word, meaning) name,
#include "common/base/diagnostic_codes.def"
#undef DIAGNOSTIC
};

// The stable code: "unknown-name".
std::string_view to_string(DiagnosticCode code);

// An ErrorCode::Invalid with a diagnostic code.
Error invalid(DiagnosticCode what, std::string message, FileLocation location = {});

// An ErrorCode::Limit with the code TooLarge.
Error too_large(std::string message, FileLocation location = {});

}  // namespace flowyard
