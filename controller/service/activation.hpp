// From what an experiment says to what the orchestrator runs. Pure; computing, so it belongs off the I/O
// thread.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "controller/domain/submission.hpp"
#include "controller/domain/views.hpp"
#include "controller/orchestrator/active_experiment.hpp"
#include "controller/spec/read.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Lays the client's overrides over what the file says; an Error names an override that is none.
Result<void> apply_overrides(const domain::SubmitOptions& options, domain::Experiment& experiment);

// Everything the orchestrator needs; `history` is empty for a new one.
Result<std::unique_ptr<orchestrator::ActiveExperiment>> activate(const store::ExperimentRow& row,
                                                                 const spec::Reading& reading,
                                                                 const orchestrator::QueueHistory& history,
                                                                 const orchestrator::Machine& machine);

// What running it would take.
Result<domain::PlanView> plan_of(const spec::Reading& reading, const orchestrator::Machine& machine,
                                 const std::string& fleet);

}  // namespace flowyard::controller::service
