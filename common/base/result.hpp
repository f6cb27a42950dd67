// Result<T>: a value or one Error. Results<T>: a value or every Error found, for readers of user files,
// which report all errors at once.
#pragma once

#include <stdexcept>
#include <vector>

#include <boost/system/result.hpp>

#include "common/base/error.hpp"

namespace flowyard {

// Thrown when an Error must cross code that only knows exceptions; carries the Error unchanged.
class ErrorException : public std::runtime_error {
 public:
  explicit ErrorException(Error error) : std::runtime_error(to_string(error)), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// Found by argument-dependent look-up from Result<T>::value().
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw ErrorException(error);
}

using Errors = std::vector<Error>;

[[noreturn]] inline void throw_exception_from_error(const Errors& errors, const boost::source_location&) {
  throw ErrorException(
      errors.empty()
          ? Error{.code = ErrorCode::Internal, .message = "no error given", .location = {}, .context = {}}
          : errors.front());
}

template <class T>
using Result = boost::system::result<T, Error>;

template <class T>
using Results = boost::system::result<T, Errors>;

// Shorthand for the commonest failure.
inline Error invalid(std::string message, FileLocation location = {}) {
  return Error{.code = ErrorCode::Invalid,
               .message = std::move(message),
               .location = std::move(location),
               .context = {}};
}
inline Error failure(ErrorCode code, std::string message) {
  return Error{.code = code, .message = std::move(message), .location = {}, .context = {}};
}

}  // namespace flowyard
