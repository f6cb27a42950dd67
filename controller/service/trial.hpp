// Trial: some scenarios of an experiment run within the controller for a moment, to tell what all of them
// will take. Reads the steady clock; runs wherever it is called.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::service {

// Of one scenario.
struct Cost {
  double seconds = 0;  // of computing, among others in a batch
  double bytes = 0;    // of its results, as they are stored
};

// By named scenario; none where that is not known: nobody but its worker can run it, it takes too long for a
// trial, or it fails. Takes some 300 ms, 500 at most, and less where it is told to stop.
std::vector<std::optional<Cost>> try_out(const experiment::file::LoadedExperiment& loaded,
                                         const experiment::design::ScenarioSpace& space,
                                         const std::function<bool()>& keep_going);

}  // namespace flowyard::controller::service
