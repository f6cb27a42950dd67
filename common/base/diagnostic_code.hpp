// DiagnosticCode: the kinds of mistakes that are told with a place in a file. A plain enumeration, made from
// diagnostic_codes.def.
#pragma once

#include <string_view>

#include "common/base/error.hpp"

namespace flowyard {

enum class DiagnosticCode : unsigned char {
#define DIAGNOSTIC(name, word, code, meaning) name,
#include "common/base/diagnostic_codes.def"
#undef DIAGNOSTIC
};

// The stable word: "unknown-name".
std::string_view to_string(DiagnosticCode code);

// What it means for exit codes and HTTP statuses: Limit for what is too large, else Invalid.
ErrorCode error_code(DiagnosticCode code);

}  // namespace flowyard
