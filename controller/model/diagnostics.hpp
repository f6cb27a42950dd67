// Diagnostics: what is wrong, and what is only doubtful, in one reading or one compilation. Owned by whoever
// reads or compiles and passed by reference through its stages; one thread.
//
// Nobody reads thousands of errors, and what is wrong in thousands of places is wrong in one way. So there
// are limits, the same for errors and for warnings, each counted by itself: the same sentence at the same
// place is told once; at one place three that differ in names and numbers only (what an equation has wrong
// for each element); the same sentence at twenty places; a hundred in all. The last one told of a cause says
// how many more there are; behind a hundred errors a last one says that there may be more.
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
  static constexpr std::size_t kMost = 100;  // told, of each severity
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
  // What can be read or compiled, and is hardly meant.
  void warn(SourceLocation location, std::string message);

  // SourceLocations from now on are in an expression of this file, not in the model.
  void speak_of_file(std::string file) { other_file_ = std::move(file); }
  void speak_of_model() { other_file_.reset(); }

  bool failed() const { return errors_.found > 0; }
  // How many errors were found, told or not: whether a step has added some is seen by it.
  std::size_t count() const { return errors_.found; }
  // A further error would only be counted: no need to think of what was meant.
  bool full() const { return errors_.told.size() >= kMost; }
  // A limit is exceeded, or nobody wants to hear more: no use in reading on.
  bool hopeless() const { return full() || limit_exceeded_ || errors_.found >= kMostFound; }

  // In the order of the text. Each leaves this object without what it returns.
  Errors take_errors();
  std::vector<Warning> take_warnings();

 private:
  // How many there are of one cause, and which is the last one told.
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
