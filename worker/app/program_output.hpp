// ProgramOutput: the log output of a program during one scenario: logged as it is read, up to a limit; the
// last lines are kept for the message of a failure. Computing thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "common/base/log.hpp"

namespace flowyard::worker::app {

class ProgramOutput {
 public:
  ProgramOutput(const Log& log, std::string label) : log_(log), label_(std::move(label)) {}
  ~ProgramOutput();
  ProgramOutput(const ProgramOutput&) = delete;
  ProgramOutput& operator=(const ProgramOutput&) = delete;

  void log(const std::string& text);
  // "; its last lines:" and the lines, or that there are none.
  std::string last_lines() const;

 private:
  const Log& log_;
  std::string label_;
  std::deque<std::string> last_;
  std::size_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace flowyard::worker::app
