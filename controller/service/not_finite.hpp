// The first value of a run that is not finite: the variable, the time and its inputs. Pure.
#pragma once

#include <functional>
#include <string>

#include "controller/experiment/file/read.hpp"
#include "controller/experiment/scenario.hpp"

namespace flowyard::controller::service {

// "'density' is NaN at time 12.5; its inputs then: population = 0, area = 0", found by running the scenario
// again with all variables kept, at each step where that fits; empty where it does not show, or where
// `keep_going` said no. `point` is a scenario of the experiment, whose model `whole` is.
std::string first_not_finite(const experiment::file::WholeModel& whole,
                             const experiment::Experiment& experiment, const experiment::ScenarioPoint& point,
                             const std::function<bool()>& keep_going);

}  // namespace flowyard::controller::service
