#include "common/base/diagnostic_code.hpp"

namespace flowyard {
namespace {

struct Row {
  std::string_view word;
  ErrorCode code;
};

constexpr Row kRows[] = {
#define DIAGNOSTIC(name, word, code, meaning) {word, ErrorCode::code},
#include "common/base/diagnostic_codes.def"
#undef DIAGNOSTIC
};

}  // namespace

std::string_view to_string(DiagnosticCode code) {
  return kRows[static_cast<std::size_t>(code)].word;
}

ErrorCode error_code(DiagnosticCode code) {
  return kRows[static_cast<std::size_t>(code)].code;
}

}  // namespace flowyard
