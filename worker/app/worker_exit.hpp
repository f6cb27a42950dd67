// WorkerExit: why the worker program ends, and with which exit code. Thrown where it cannot continue.
#pragma once

#include <stdexcept>
#include <string>

namespace flowyard::worker::app {

// Numbers above 63 are those of sysexits.h.
enum class ExitCode : int {
  Done = 0,
  Failed = 1,
  BadUsage = 2,
  OutOfMemory = 3,
  Silence = 75,   // EX_TEMPFAIL: the controller gave no answer for too long
  Protocol = 76,  // EX_PROTOCOL: the controller does not speak this protocol
  Denied = 77,    // EX_NOPERM: the controller refused the token
};

class WorkerExit : public std::runtime_error {
 public:
  WorkerExit(ExitCode code, const std::string& why) : std::runtime_error(why), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace flowyard::worker::app
