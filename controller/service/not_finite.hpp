// The first value of a run that is not finite: the variable, the time and its inputs. Pure.
#pragma once

#include <functional>
#include <string>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::service {

// Values that are kept of a run within the controller: 160 MB.
inline constexpr double kMostValuesKept = 2e7;

// "'density' is NaN at time 12.5; its inputs then: population = 0, area = 0", found by running the scenario
// again with all variables kept, at each step where that fits; empty where it does not show, or where
// `keep_going` said no. `scenario` is one of the experiment's, whose model `whole` is.
std::string first_not_finite(const experiment::file::WholeModel& whole,
                             const experiment::Experiment& experiment,
                             const experiment::design::ScenarioSpace& space, std::uint64_t scenario,
                             const std::function<bool()>& keep_going);

}  // namespace flowyard::controller::service
