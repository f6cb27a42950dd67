#include "controller/model/diagnostics.hpp"

#include <algorithm>
#include <tuple>

namespace flowyard::controller::model {
namespace {

constexpr std::size_t kEnoughOfOneMessage = 20;  // the same words at so many places
constexpr std::size_t kEnoughAtOneLocation = 3;  // the same but for names and numbers
constexpr std::size_t kLongestMessage = 1000;    // bytes; names may be as long as a file

// The message without its names and numbers: one error of an equation, repeated for every element, is one
// cause.
std::string pattern_of(const std::string& message) {
  std::string pattern;
  bool quoted = false;
  for (const char c : message) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && !(c >= '0' && c <= '9')) pattern += c;
  }
  // The names of a loop are not quoted.
  return pattern.substr(0, pattern.find(": "));
}

// Cut between two characters of UTF-8.
void shorten(std::string& message) {
  if (message.size() <= kLongestMessage) return;
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) --end;
  message.resize(end);
  message += "...";
}

}  // namespace

void Diagnostics::error(const FileLocation& location, DiagnosticCode what, std::string message,
                        ErrorCode code) {
  error(Error{
      .code = code, .message = std::move(message), .location = location, .context = {}, .diagnostic = what});
}

void Diagnostics::error(SourceLocation location, DiagnosticCode what, std::string message, ErrorCode code) {
  error(in_file(location), what, std::move(message), code);
}

void Diagnostics::error(Error error) {
  limit_exceeded_ = limit_exceeded_ || error.code == ErrorCode::Limit;
  errors_.add({std::move(error), {}});
}

void Diagnostics::errors(const Errors& errors) {
  for (const Error& each : errors) error(each);
}

void Diagnostics::warn(SourceLocation location, DiagnosticCode what, std::string message) {
  warnings_.add({invalid(what, std::move(message), in_file(location)), location});
}

FileLocation Diagnostics::in_file(SourceLocation location) const {
  const auto file = static_cast<std::size_t>(location.file);
  const bool known = location.file >= 0 && file < files_.size();
  return {.file = other_file_ ? *other_file_
                  : known     ? files_[file]
                              : std::string(),
          .line = location.line,
          .column = location.column};
}

// True, and counted, where that many of the cause have been reported.
bool Diagnostics::List::is_one_too_many(const std::string& cause, std::size_t enough) {
  const auto known = causes.find(cause);
  if (known == causes.end() || known->second.told < enough) return false;
  ++known->second.untold;
  return true;
}

void Diagnostics::List::add(Entry entry) {
  ++found;
  Error& error = entry.error;
  shorten(error.message);
  const std::string where = to_string(error.location) + " ";
  if (told.size() >= kMost) return;
  // Bounds the memory for a file of many errors; a forgotten cause is counted anew.
  if (seen.size() >= kMostFound) seen.clear();
  if (!seen.insert(where + error.message).second) return;
  const bool exact = error.location.line > 0 && error.location.column > 0;
  const std::string pattern = exact ? where + pattern_of(error.message) : std::string();
  if (exact && is_one_too_many(pattern, kEnoughAtOneLocation)) return;
  if (is_one_too_many(error.message, kEnoughOfOneMessage)) return;
  for (const std::string& cause : {error.message, pattern}) {
    ++causes[cause].told;
    causes[cause].last = told.size();
  }
  told.push_back(std::move(entry));
}

std::vector<Diagnostics::Entry> Diagnostics::List::take() {
  for (const auto& [name, cause] : causes)
    if (cause.untold > 0 && cause.last < told.size())
      told[cause.last].error.message += " (and " + std::to_string(cause.untold) + " more like it)";
  auto entries = std::exchange(*this, {}).told;
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const FileLocation &x = a.error.location, &y = b.error.location;
    return std::tie(x.file, x.line, x.column) < std::tie(y.file, y.line, y.column);
  });
  return entries;
}

Errors Diagnostics::take_errors() {
  const bool cut = full();
  Errors all;
  for (Entry& entry : errors_.take()) all.push_back(std::move(entry.error));
  if (cut)
    all.push_back({.code = ErrorCode::Limit,
                   .message = "these are the first " + std::to_string(kMost) + " errors; there may be more",
                   .location = all.back().location,
                   .context = {},
                   .diagnostic = DiagnosticCode::TooManyErrors});
  return all;
}

std::vector<Warning> Diagnostics::take_warnings() {
  std::vector<Warning> all;
  for (Entry& entry : warnings_.take())
    all.push_back({std::move(entry.error.message), entry.location, entry.error.diagnostic.value()});
  return all;
}

}  // namespace flowyard::controller::model
