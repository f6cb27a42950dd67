// From what an experiment says to what the orchestrator runs. Pure; computing, so it belongs off the I/O
// thread.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "controller/experiment/file/read.hpp"
#include "controller/orchestrator/active_experiment.hpp"
#include "controller/service/trial.hpp"
#include "controller/service/use_cases.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Everything the orchestrator needs; `history` is empty for a new one.
Result<std::unique_ptr<orchestrator::ActiveExperiment>> activate(
    const store::ExperimentRow& row, const experiment::file::LoadedExperiment& loaded,
    const orchestrator::QueueHistory& history, const fleet::Capacity& capacity);

// What is known of where it would run, beside the fleet.
struct Surroundings {
  std::uint64_t max_workers = std::numeric_limits<std::uint64_t>::max();  // at once, over all experiments
  std::optional<std::uint64_t> free_bytes = {};  // where results are stored; none: not known
  std::vector<std::optional<Cost>> costs = {};   // by named scenario, as far as known
};

// What running it would take.
Result<service::PlanView> plan_of(const experiment::file::LoadedExperiment& loaded,
                                  const fleet::Capacity& capacity, const std::string& fleet,
                                  const Surroundings& around = {});

}  // namespace flowyard::controller::service
