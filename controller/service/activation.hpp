// From what an experiment says to what the orchestrator runs. Pure; computing, so it belongs off the I/O
// thread.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "controller/experiment/file/read.hpp"
#include "controller/experiment/submission.hpp"
#include "controller/orchestrator/active_experiment.hpp"
#include "controller/service/use_cases.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Lays the client's overrides over what the file says; an Error names an override that is none.
Result<void> apply_overrides(const experiment::SubmitOptions& options, experiment::Experiment& experiment);

// What was laid over the file of a stored experiment.
experiment::SubmitOptions overrides_of(const store::ExperimentRow& row);

// Everything the orchestrator needs; `history` is empty for a new one.
Result<std::unique_ptr<orchestrator::ActiveExperiment>> activate(
    const store::ExperimentRow& row, const experiment::file::LoadedExperiment& loaded,
    const orchestrator::QueueHistory& history, const fleet::Capacity& capacity);

// What running it would take.
Result<service::PlanView> plan_of(const experiment::file::LoadedExperiment& loaded,
                                  const fleet::Capacity& capacity, const std::string& fleet);

}  // namespace flowyard::controller::service
