// DiagnosticCode: the kinds of mistakes that are told with a place in a file. A plain enumeration, made from
// diagnostic_codes.def.
#pragma once

#include <string_view>

#include "common/base/error.hpp"

namespace flowyard {

enum class DiagnosticCode : unsigned char {
#define DIAGNOSTIC(name, word, meaning) name,
#include "common/base/diagnostic_codes.def"
#undef DIAGNOSTIC
};

// The stable word: "unknown-name".
std::string_view to_string(DiagnosticCode code);

// An error of the input that has a word.
Error invalid(DiagnosticCode what, std::string message, FileLocation location = {});

}  // namespace flowyard
