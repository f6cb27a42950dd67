// The part of ControllerService that reads, plans, submits and brings back experiments.
#include <stop_token>

#include "common/async/timeout.hpp"
#include "controller/service/activation.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

// For reading and compiling. What a modeller writes takes seconds at most.
constexpr Milliseconds kReadingLimit = std::chrono::seconds(60);

Errors one(Error error) {
  Errors errors;
  errors.push_back(std::move(error));
  return errors;
}

}  // namespace

Task<Results<experiment::file::LoadOutcome>> ControllerService::read(experiment::Bundle bundle) {
  auto work = [bundle = std::move(bundle)](std::stop_token stop) {
    return std::make_unique<Results<experiment::file::LoadOutcome>>(
        experiment::file::read(bundle, std::move(stop)));
  };
  // Ends early where the client has left, who then hears nothing.
  auto reading = pool_.run_stoppable(std::move(work));
  try {
    auto outcome = co_await async::with_timeout(kReadingLimit, std::move(reading));
    co_return std::move(*outcome);
  } catch (const async::TimedOut&) {
  }
  co_return one(
      failure(ErrorCode::Limit,
              "the models of the experiment were not compiled within " +
                  std::to_string(kReadingLimit.count() / 1000) +
                  " s: use fewer or smaller dimensions, or find what takes long with 'flowyard model "
                  "check FILE'"));
}

Task<Planned> ControllerService::plan(experiment::Bundle bundle, SubmitOptions options) {
  using Answer = Planned::value_type;
  const auto fleet = co_await fleet_for(options);
  if (!fleet) co_return one(fleet.error());
  auto outcome = co_await read(std::move(bundle));
  if (!outcome) co_return outcome.error();
  if (auto* missing = std::get_if<experiment::file::MissingFiles>(&*outcome))
    co_return Answer(std::move(*missing));
  auto view =
      plan_of(std::get<experiment::file::LoadedExperiment>(*outcome), orchestrator_.capacity(*fleet), *fleet);
  if (!view) co_return one(view.error());
  co_return Answer(std::move(*view));
}

Task<Accepted> ControllerService::submit(experiment::Bundle bundle, SubmitOptions options) {
  using Answer = Accepted::value_type;
  store::ExperimentRow row;
  auto fleet = co_await fleet_for(options);
  if (!fleet) co_return one(fleet.error());
  row.fleet = std::move(*fleet);
  auto outcome = co_await read(bundle);
  if (!outcome) co_return outcome.error();
  if (auto* missing = std::get_if<experiment::file::MissingFiles>(&*outcome))
    co_return Answer(std::move(*missing));
  auto reading = std::make_shared<const experiment::file::LoadedExperiment>(
      std::get<experiment::file::LoadedExperiment>(std::move(*outcome)));
  row.name = reading->experiment.name;
  row.submitted = clock_.now();
  row.idempotency_key = options.idempotency_key;
  row.overrides = reading->experiment.overrides;
  row.bundle = std::move(bundle);
  auto active = activate(row, *reading, {}, orchestrator_.capacity(row.fleet));
  if (!active) co_return one(active.error());
  row.scenarios = (*active)->queue.total();
  Submitted submitted{.id = {}, .name = row.name, .scenarios = row.scenarios};
  auto add = [row](store::Store& store) { return store.add_experiment(row); };
  const auto added = co_await store_.run(std::move(add));
  submitted.id = added.id;
  // The same idempotency key again: the experiment is there, running or over.
  if (added.is_new) {
    (*active)->id = submitted.id;
    readings_.remember(submitted.id, reading);
    log_.info("experiment submitted",
              {{"experiment", submitted.id.value}, {"name", row.name}, {"scenarios", row.scenarios}});
    orchestrator_.add(std::move(*active));
    orchestrator_.publish_event(submitted.id, "experiment",
                                {{"state", "running"}, {"name", row.name}, {"round", "0"}});
  }
  co_return Answer(submitted);
}

Task<std::shared_ptr<const experiment::file::LoadedExperiment>> ControllerService::reading_of(
    ExperimentId id) {
  if (auto known = readings_.find(id)) co_return known;
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment(id); });
  if (!row) co_return nullptr;
  auto outcome = co_await read(row->bundle);
  auto* reading = outcome ? std::get_if<experiment::file::LoadedExperiment>(&*outcome) : nullptr;
  if (!reading) co_return nullptr;
  auto shared = std::make_shared<const experiment::file::LoadedExperiment>(std::move(*reading));
  readings_.remember(id, shared);
  co_return shared;
}

}  // namespace flowyard::controller::service
