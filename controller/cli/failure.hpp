// CommandFailed: how errors reach the one place that prints them and chooses the exit code (main.cpp).
#pragma once

#include <stdexcept>

#include "common/base/result.hpp"

namespace flowyard::controller::cli {

enum ExitCode {
  Ok = 0,
  ExperimentFailed = 1,  // it failed, is incomplete or was cancelled; or something unforeseen happened
  BadInput = 2,          // wrong usage or a wrong file
  NotFound = 3,
  Conflict = 4,     // its state does not allow this
  Unreachable = 5,  // no controller or no Docker Engine answers, or they refuse us
  Interrupted = 130,
};

class CommandFailed : public std::runtime_error {
 public:
  explicit CommandFailed(Errors errors)
      : std::runtime_error(errors.empty() ? "failed" : to_string(errors.front())),
        errors_(std::move(errors)) {}
  explicit CommandFailed(Error error) : CommandFailed(Errors{std::move(error)}) {}

  const Errors& errors() const { return errors_; }

 private:
  Errors errors_;
};

inline ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Invalid:
    case ErrorCode::Limit:
      return BadInput;
    case ErrorCode::NotFound:
      return NotFound;
    case ErrorCode::Conflict:
      return Conflict;
    case ErrorCode::Unavailable:
    case ErrorCode::Denied:
      return Unreachable;
    case ErrorCode::Internal:
      return ExperimentFailed;
  }
  return ExperimentFailed;
}

// The value, or CommandFailed with its error.
template <class T>
T value_or_fail(Results<T> result) {
  if (!result) throw CommandFailed(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
template <class T>
T value_or_fail(Result<T> result) {
  if (!result) throw CommandFailed(result.error());
  return std::move(*result);
}

}  // namespace flowyard::controller::cli
