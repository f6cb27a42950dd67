// Diagnostics: where the readers of a file put what they find wrong, so that one reading reports every
// error. Owned by the reading; one thread.
#pragma once

#include <string>

#include "common/base/result.hpp"

namespace flowyard::controller::experiment::file {

class Diagnostics {
 public:
  void add(const FileLocation& location, std::string message) { add(invalid(std::move(message), location)); }
  // The same finding twice (a parameter that two scenarios' models lack) is reported once.
  void add(Error error);
  void add(const Errors& errors);

  bool empty() const { return errors_.empty(); }
  std::size_t size() const { return errors_.size(); }

  // In the order of the text.
  Errors take();

 private:
  Errors errors_;
};

}  // namespace flowyard::controller::experiment::file
