#include "common/base/diagnostic_code.hpp"

#include <utility>

namespace flowyard {
namespace {

constexpr std::string_view kWords[] = {
#define DIAGNOSTIC(name, word, meaning) word,
#include "common/base/diagnostic_codes.def"
#undef DIAGNOSTIC
};

}  // namespace

std::string_view to_string(DiagnosticCode code) {
  return kWords[static_cast<std::size_t>(code)];
}

Error invalid(DiagnosticCode what, std::string message, FileLocation location) {
  return Error{.code = ErrorCode::Invalid,
               .message = std::move(message),
               .location = std::move(location),
               .context = {},
               .diagnostic = what};
}

Error too_large(std::string message, FileLocation location) {
  Error error = invalid(DiagnosticCode::TooLarge, std::move(message), std::move(location));
  error.code = ErrorCode::Limit;
  return error;
}

}  // namespace flowyard
