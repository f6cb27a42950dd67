// Scenarios of an experiment as the engine takes them, to run some within the controller. Pure.
#pragma once

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/lease.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::controller::service {

// A lane for each scenario of `range`, which lies within one group of the experiment's `space`.
worker::engine::RunInput input_of(const experiment::Experiment& experiment,
                                  const experiment::design::ScenarioSpace& space,
                                  experiment::IndexRange range);

}  // namespace flowyard::controller::service
