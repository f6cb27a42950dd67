// What the controller knows of an experiment that runs beyond what is stored: what it waits for, what is
// tried again, when it will have ended. Pure.
#pragma once

#include <map>

#include "controller/orchestrator/orchestrator.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::service {

// `queued`: those that wait for a worker.
void add_active(ExperimentView& view, const orchestrator::ActiveExperiment& active,
                const std::map<experiment::ExperimentId, orchestrator::Queued>& queued);

}  // namespace flowyard::controller::service
