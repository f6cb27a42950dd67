// Session: what one command works with. Lives for that command, on its executor; tasks of the command belong
// to its group.
#pragma once

#include "common/async/task_group.hpp"
#include "controller/cli/client/connection.hpp"
#include "controller/cli/environment.hpp"
#include "controller/cli/ui/interrupts.hpp"
#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {

enum class Format { Table, Json, Csv };

struct Session {
  const CliEnvironment& environment;
  Terminal& terminal;
  Connection& connection;
  Interrupts& interrupts;
  async::TaskGroup& tasks;
};

// Thrown out of a command that was interrupted, once it has done what it does then.
struct WasInterrupted {};

}  // namespace flowyard::controller::cli
