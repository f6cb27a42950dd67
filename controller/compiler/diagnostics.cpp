#include "controller/compiler/diagnostics.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr std::size_t kEnoughOfOneMessage = 20;  // the same words at so many places
constexpr std::size_t kEnoughAtOneLocation = 3;  // the same but for the elements' names

// The message without its names and numbers: what an equation has wrong for every element is one cause.
std::string pattern_of(const std::string& message) {
  std::string pattern;
  bool quoted = false;
  for (const char c : message) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && !(c >= '0' && c <= '9')) pattern += c;
  }
  // A loop is told by its names, which are not quoted.
  return pattern.substr(0, pattern.find(": "));
}

}  // namespace

// True, and counted, where so many of the cause have been told; else the next error is one of them.
bool Diagnostics::is_one_too_many(const std::string& cause, std::size_t enough) {
  Cause& known = causes_[cause];
  if (known.told >= enough) return ++known.untold, true;
  ++known.told;
  known.last = errors_.size();
  return false;
}

void Diagnostics::add(std::string message, FileLocation location, ErrorCode code) {
  const std::string where = to_string(location);
  if (errors_.size() >= kMost || !seen_.insert(where + message).second) return;
  if (location.line > 0 && is_one_too_many(where + pattern_of(message), kEnoughAtOneLocation)) return;
  if (is_one_too_many(message, kEnoughOfOneMessage)) return;
  errors_.push_back(
      {.code = code, .message = std::move(message), .location = std::move(location), .context = {}});
}

Errors Diagnostics::take() {
  for (const auto& [name, cause] : causes_)
    if (cause.untold > 0 && cause.last < errors_.size())
      errors_[cause.last].message += " (and " + std::to_string(cause.untold) + " more like it)";
  return std::move(errors_);
}

}  // namespace flowyard::controller::compiler
