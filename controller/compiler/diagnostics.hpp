// Diagnostics: the errors found so far, and what is only doubtful. One for each compilation, passed by
// reference through its stages.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::compiler {

class Diagnostics {
 public:
  explicit Diagnostics(const model::Model& model) : model_(model) {}

  // The same error at the same place is said once, though it be met for every element.
  void add(std::string message, model::SourceLocation location, ErrorCode code = ErrorCode::Invalid) {
    FileLocation in_model = model::source_location(model_, location);
    if (file_) in_model.file = *file_;
    add(std::move(message), std::move(in_model), code);
  }
  void add(std::string message, FileLocation location, ErrorCode code = ErrorCode::Invalid);
  void add(Errors errors) {
    for (Error& error : errors) add(error.message, error.location, error.code);
  }
  // What compiles, and is hardly meant.
  void warn(std::string message, model::SourceLocation location) {
    if (warnings_.size() < kMost) warnings_.push_back({std::move(message), location});
  }
  // Places from now on are in an expression of this file, not in the model.
  void speak_of_file(std::string file) { file_ = std::move(file); }
  void speak_of_model() { file_.reset(); }
  bool any() const { return !errors_.empty(); }
  bool full() const { return errors_.size() >= kMost; }
  // Where one cause has more errors than anybody reads, the last of them says how many there are.
  Errors take();
  std::vector<model::Warning> take_warnings() { return std::move(warnings_); }

 private:
  static constexpr std::size_t kMost = 100;  // nobody reads more
  // How many there are of one cause, and where the last one told stands.
  struct Cause {
    std::size_t told = 0;
    std::size_t untold = 0;
    std::size_t last = 0;
  };
  bool is_one_too_many(const std::string& cause, std::size_t enough);

  const model::Model& model_;
  Errors errors_;
  std::vector<model::Warning> warnings_;
  std::set<std::string> seen_;
  std::map<std::string, Cause> causes_;
  std::optional<std::string> file_;
};

}  // namespace flowyard::controller::compiler
