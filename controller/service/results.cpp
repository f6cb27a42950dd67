// The part of ControllerService that returns the results of an experiment.
#include "common/base/shell_word.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

// `workers`: newest first.
std::vector<service::ContainerView> containers_of(const std::vector<experiment::Worker>& workers,
                                                  const experiment::file::LoadedExperiment* reading) {
  std::vector<service::ContainerView> containers;
  for (auto worker = workers.rbegin(); worker != workers.rend(); ++worker) {
    if (worker->runs == 0) continue;
    if (containers.size() == service::ExperimentDetail::kMostContainers) return {};
    auto& view = containers.emplace_back();
    view.worker = worker->name;
    view.scenario = worker->scenario;
    view.iterations = worker->runs;
    view.total_seconds = worker->compute_seconds;
    view.per_iteration_seconds = view.total_seconds / static_cast<double>(worker->runs);
    if (!reading) continue;
    for (const auto& named : reading->experiment.scenarios) {
      if (named.name == worker->scenario) view.title = named.title;
    }
  }
  return containers;
}

}  // namespace

Task<Result<service::ExperimentDetail>> ControllerService::experiment(ExperimentId id) {
  auto view = co_await progress(id);
  if (!view) co_return view.error();
  service::ExperimentDetail detail;
  static_cast<service::ExperimentView&>(detail) = std::move(*view);
  const std::string name = detail.name;
  const auto workers = co_await workers_of(id);
  const auto reading = co_await reading_of(id);
  detail.containers = containers_of(workers, reading.get());
  const std::string quoted = shell_word(name);
  detail.where = {"results: flowyard checkout " + quoted + " -o " + shell_word(name + "-results")};
  if (!workers.empty()) detail.where.push_back("a log: flowyard log " + workers.back().name);
  if (detail.failed > 0) detail.where.push_back("what failed: flowyard why " + quoted);
  co_return detail;
}

}  // namespace flowyard::controller::service
