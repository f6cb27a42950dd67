// Findings: the errors and warnings of one reading, with their places. Owned by read(); a plain value.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::xmile {

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}

  void error(SourceLocation location, std::string message, ErrorCode code = ErrorCode::Invalid) {
    // A file that is wrong in thousands of places is wrong in one way; the first hundreds say it.
    if (full()) return;
    if (message.size() > 1000) message.resize(1000);
    errors_.push_back({.code = code,
                       .message = std::move(message),
                       .location = {.file = file_, .line = location.line, .column = location.column},
                       .context = {}});
  }

  void warning(SourceLocation location, std::string message) {
    if (warnings_.size() < 500) warnings_.push_back({.message = std::move(message), .location = location});
  }

  // Whether a further error would be dropped: no need then to think of what was meant.
  bool full() const { return errors_.size() >= 500; }
  bool failed() const { return !errors_.empty(); }
  std::size_t count() const { return errors_.size(); }

  // In the order of the file, each once.
  Errors take_errors() {
    std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
      return std::pair(a.location.line, a.location.column) < std::pair(b.location.line, b.location.column);
    });
    const auto same = [](const Error& a, const Error& b) {
      return a.location == b.location && a.message == b.message;
    };
    errors_.erase(std::unique(errors_.begin(), errors_.end(), same), errors_.end());
    return std::move(errors_);
  }
  std::vector<Warning> take_warnings() { return std::move(warnings_); }

 private:
  std::string file_;
  Errors errors_;
  std::vector<Warning> warnings_;
};

}  // namespace flowyard::controller::model::xmile
