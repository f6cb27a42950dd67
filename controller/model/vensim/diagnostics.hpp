// Diagnostics: collects what is wrong and what is odd in one model file. Owned by one read();
// single-threaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

// So many errors tell the author enough; a file that has more is not a model.
inline constexpr std::size_t kMaxErrors = 100;

class Diagnostics {
 public:
  explicit Diagnostics(std::string file_name) : file_name_(std::move(file_name)) {}

  void error(SourceLocation location, std::string message, ErrorCode code = ErrorCode::Invalid);
  void warn(SourceLocation location, std::string message);

  // No use in reading on: too many errors, or a limit is exceeded.
  bool hopeless() const { return hopeless_; }
  bool any_errors() const { return !errors_.empty(); }

  // Sorted by place. Leaves this object without errors.
  Errors take_errors();
  std::vector<Warning> take_warnings() { return std::move(warnings_); }

 private:
  std::string file_name_;
  Errors errors_;
  std::vector<Warning> warnings_;
  bool hopeless_ = false;
};

// The text as one short line for a message: blanks squeezed, cut after some 40 characters, in single quotes.
std::string shown(std::string_view text);

}  // namespace flowyard::controller::model::vensim
