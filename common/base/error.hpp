// Error: what went wrong when the input decides (a bad file, an unknown id, an illegal transition).
// A plain value with a code that maps to exit codes and HTTP statuses, a message for people, an optional
// place in a source text, and a chain of contexts added on the way up. What the world does to us
// (sockets, disks) is thrown instead; see docs/architecture.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace flowyard {

enum class ErrorCode {
  Invalid,      // the input is wrong; the message says how to correct it
  NotFound,     // no such thing; the message says how to list what there is
  Conflict,     // it exists, but not in a state that allows this
  Unavailable,  // a required service does not answer: try again later
  Denied,       // not allowed
  Limit,        // a limit on size, depth or count is exceeded
  Internal,     // a bug in this program
};

// The kind of a diagnostic, for tests and tools; diagnostic_code.hpp defines it.
enum class DiagnosticCode : unsigned char;

// A place in a source text, 1-based; line 0 means "the file as a whole".
struct FileLocation {
  std::string file;
  int line = 0;
  int column = 0;

  bool operator==(const FileLocation&) const = default;
};

// "file:line:col", leaving out what is not known.
std::string to_string(const FileLocation& location);

struct Error {
  ErrorCode code = ErrorCode::Invalid;
  std::string message;
  FileLocation location;
  std::vector<std::string> context;               // innermost first
  std::optional<DiagnosticCode> diagnostic = {};  // of an error with a place in a file

  // The same error with one more "while ..." around it.
  Error within(std::string what) &&;
};

// "file:line:col: message (while ..., while ...)".
std::string to_string(const Error& error);

// The machine-readable word for a code: "invalid", "not_found", ...
const char* to_string(ErrorCode code);

}  // namespace flowyard
