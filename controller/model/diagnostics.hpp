// Diagnostics: the errors and warnings of one reading or compilation. Owned by its entry function and passed
// by reference through its stages; one thread.
//
// Thousands of diagnostics usually have one cause, so there are limits, the same for errors and warnings,
// counted separately: the same message at the same location is reported once; at one location three that
// differ in names and numbers only (one error of an equation, for each element); the same message at twenty
// locations; a hundred in all. The last reported one of a cause states how many more there are; after a
// hundred errors a last one states that there may be more.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/diagnostic_code.hpp"
#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model {

class Diagnostics {
 public:
  static constexpr std::size_t kMost = 100;  // reported, of each severity
  static constexpr std::size_t kMostFound = 10'000;

  Diagnostics() = default;
  // SourceLocation::file counts into `files`.
  explicit Diagnostics(std::vector<std::string> files) : files_(std::move(files)) {}

  void error(const FileLocation& location, DiagnosticCode what, std::string message,
             ErrorCode code = ErrorCode::Invalid);
  void error(SourceLocation location, DiagnosticCode what, std::string message,
             ErrorCode code = ErrorCode::Invalid);
  void error(Error error);
  void errors(const Errors& errors);
  // Adds a warning: valid input that is hardly intended.
  void warn(SourceLocation location, DiagnosticCode what, std::string message);

  // SourceLocations from now on are in an expression of this file, not in the model.
  void speak_of_file(std::string file) { other_file_ = std::move(file); }
  void speak_of_model() { other_file_.reset(); }

  bool failed() const { return errors_.found > 0; }
  // The count of errors found, reported or not; shows whether a step has added any.
  std::size_t count() const { return errors_.found; }
  // A further error would only be counted, so suggestions need not be computed.
  bool full() const { return errors_.told.size() >= kMost; }
  // A limit is exceeded, or no further error would be reported: reading can stop.
  bool hopeless() const { return full() || limit_exceeded_ || errors_.found >= kMostFound; }

  // In the order of the text. Each leaves this object without what it returns.
  Errors take_errors();
  std::vector<Warning> take_warnings();

 private:
  // The count of one cause, and its last reported diagnostic.
  struct Cause {
    std::size_t told = 0;
    std::size_t untold = 0;
    std::size_t last = 0;
  };
  struct Entry {
    Error error;
    SourceLocation location;  // of a warning
  };
  // All of one severity.
  struct List {
    std::vector<Entry> told;
    std::size_t found = 0;
    std::set<std::string> seen;
    std::map<std::string, Cause> causes;

    void add(Entry entry);
    bool is_one_too_many(const std::string& cause, std::size_t enough);
    std::vector<Entry> take();
  };

  FileLocation in_file(SourceLocation location) const;

  std::vector<std::string> files_;
  std::optional<std::string> other_file_;
  List errors_;
  List warnings_;
  bool limit_exceeded_ = false;
};

}  // namespace flowyard::controller::model
