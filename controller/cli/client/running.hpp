// An experiment run to its end, as `run` does: planned, sent, watched; Ctrl-C cancels it.
#pragma once

#include "controller/cli/commands/arguments.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

struct Ran {
  service::ExperimentView view;  // the last one
  bool interrupted = false;
};

async::Task<Ran> run_to_end(SubmitOptions options, Session& session);

}  // namespace flowyard::controller::cli
