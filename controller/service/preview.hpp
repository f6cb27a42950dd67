// preview: one scenario of an experiment run within the controller, to see how its model behaves. Pure.
#pragma once

#include <functional>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"
#include "controller/service/preview_view.hpp"

namespace flowyard::controller::service {

// Runs the first scenario of `loaded`, whose model is `whole`. Errors: a series that the model does not have
// (with a suggestion), too much to be kept, and what the run itself says. Code Unavailable where `keep_going`
// returned false.
Results<PreviewView> preview(const experiment::file::LoadedExperiment& loaded,
                             const experiment::file::WholeModel& whole,
                             const experiment::design::ScenarioSpace& space, const PreviewRequest& wanted,
                             const std::function<bool()>& keep_going);

}  // namespace flowyard::controller::service
