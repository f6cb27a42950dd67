// Diagnostics: the mistakes found so far. One for each compilation, passed by reference through its stages.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/base/result.hpp"
#include "worker/model/model.hpp"

namespace flowyard::worker::compile {

class Diagnostics {
 public:
  explicit Diagnostics(const model::Model& model) : model_(model) {}

  // The same mistake at the same place is said once, though it be met for every element.
  void add(std::string message, model::Place place, ErrorCode code = ErrorCode::Invalid) {
    SourcePlace in_model = model::source_place(model_, place);
    if (file_) in_model.file = *file_;
    add(std::move(message), std::move(in_model), code);
  }
  void add(std::string message, SourcePlace place, ErrorCode code = ErrorCode::Invalid) {
    if (errors_.size() >= most || !seen_.insert(to_string(place) + message).second) return;
    errors_.push_back(
        {.code = code, .message = std::move(message), .place = std::move(place), .context = {}});
  }
  void add(Errors errors) {
    for (Error& error : errors) add(error.message, error.place, error.code);
  }
  // Places from now on are in an expression of this file, not in the model.
  void speak_of_file(std::string file) { file_ = std::move(file); }
  void speak_of_model() { file_.reset(); }
  bool any() const { return !errors_.empty(); }
  bool full() const { return errors_.size() >= most; }
  Errors take() { return std::move(errors_); }

 private:
  static constexpr std::size_t most = 100;  // nobody reads more
  const model::Model& model_;
  Errors errors_;
  std::set<std::string> seen_;
  std::optional<std::string> file_;
};

}  // namespace flowyard::worker::compile
