// Following an experiment to its end, through restarts of the controller.
#pragma once

#include "controller/cli/session.hpp"
#include "controller/cli/ui/progress.hpp"

namespace flowyard::controller::cli {

// Shows its progress until it has ended and nothing of it is left running, and gives its last view.
async::Task<service::ExperimentView> watch_to_end(Session& session, experiment::ExperimentId id);

}  // namespace flowyard::controller::cli
