// The part of ControllerService that reads, plans, submits and brings back experiments.
#include <algorithm>
#include <stop_token>

#include "common/async/timeout.hpp"
#include "common/base/byte_count.hpp"
#include "controller/service/activation.hpp"
#include "controller/service/budgets.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/image_rules.hpp"
#include "controller/service/preview.hpp"

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

bool same(const experiment::Bundle& a, const experiment::Bundle& b) {
  const auto same_file = [](const auto& x, const auto& y) {
    return x.path == y.path && x.content == y.content;
  };
  return a.text == b.text &&
         std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(), same_file);
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
  auto reading = std::make_shared<const experiment::file::LoadedExperiment>(
      std::get<experiment::file::LoadedExperiment>(std::move(*outcome)));
  if (const auto runs = check_image(reading->experiment, *fleet, options_.images, options.way_in); !runs)
    co_return one(runs.error());
  auto view = co_await plan_for(std::move(reading), *fleet);
  if (!view) co_return one(view.error());
  co_return Answer(std::move(*view));
}

Task<Previewed> ControllerService::preview(experiment::Bundle bundle, SubmitOptions, PreviewRequest wanted) {
  using Answer = Previewed::value_type;
  constexpr Milliseconds kRunLimit = std::chrono::seconds(10);
  auto outcome = co_await read(bundle);
  if (!outcome) co_return outcome.error();
  if (auto* missing = std::get_if<experiment::file::MissingFiles>(&*outcome))
    co_return Answer(std::move(*missing));
  auto reading = std::make_shared<const experiment::file::LoadedExperiment>(
      std::get<experiment::file::LoadedExperiment>(std::move(*outcome)));
  if (reading->experiment.runner)
    co_return one(
        invalid("only models that the engine runs can be looked into; this experiment has a runner"));
  auto work = [reading, bundle, wanted, until = std::chrono::steady_clock::now() + kRunLimit](
                  std::stop_token stop) -> std::unique_ptr<Results<PreviewView>> {
    const auto keep_going = [&] {
      return !stop.stop_requested() && std::chrono::steady_clock::now() < until;
    };
    const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
    if (!space) return std::make_unique<Results<PreviewView>>(one(space.error()));
    const auto& named = reading->experiment.scenarios[space->group_of(0).named];
    const auto whole = experiment::file::read_whole_model(bundle, named.program, stop);
    if (!whole) return std::make_unique<Results<PreviewView>>(whole.error());
    return std::make_unique<Results<PreviewView>>(
        service::preview(*reading, *whole, *space, wanted, keep_going));
  };
  auto view = co_await pool_.run_stoppable(std::move(work));
  if (!*view) co_return view->error();
  co_return Answer(std::move(**view));
}

std::optional<std::uint64_t> ControllerService::free_bytes() const {
  return options_.free_bytes ? options_.free_bytes() : std::nullopt;
}

Task<Result<service::PlanView>> ControllerService::plan_for(Reading reading, std::string fleet) {
  auto work = [reading](std::stop_token stop) {
    std::vector<std::optional<Cost>> costs;
    if (const auto space = experiment::design::ScenarioSpace::create(reading->experiment))
      costs = try_out(*reading, *space, [&stop] { return !stop.stop_requested(); });
    return costs;
  };
  Surroundings around{.max_workers = orchestrator_.max_workers(), .free_bytes = free_bytes(), .costs = {}};
  around.costs = co_await pool_.run_stoppable(std::move(work));
  co_return plan_of(*reading, orchestrator_.capacity(fleet), fleet, around);
}

Task<Result<void>> ControllerService::check_room(Reading reading, std::string fleet) {
  const auto free = free_bytes();
  if (!free) co_return Result<void>{};
  // Not compressed they are larger: where even so they fit, no trial is wanted.
  const auto largest = plan_of(*reading, orchestrator_.capacity(fleet), fleet);
  if (!largest || largest->output_bytes <= *free) co_return Result<void>{};
  const auto planned = co_await plan_for(reading, fleet);
  if (!planned || planned->output_bytes <= *free) co_return Result<void>{};
  co_return failure(
      ErrorCode::Limit,
      "its results will not fit on the disk: they take about " + format_bytes(planned->output_bytes) +
          ", and " + format_bytes(*free) + " are free in " + options_.data_folder +
          "; keep less (outputs.series, outputs.times, time.save_every, fewer samples), make room "
          "('flowyard prune'), or have it run all the same with --force");
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
  if (const auto runs = check_image(reading->experiment, row.fleet, options_.images, options.way_in); !runs)
    co_return one(runs.error());
  if (!options.force) {
    const auto fits = co_await check_room(reading, row.fleet);
    if (!fits) co_return one(fits.error());
  }
  const auto cost = co_await cost_within(options.charges, reading, row.fleet);
  if (!cost) co_return one(cost.error());
  row.name = reading->experiment.name;
  row.submitted = clock_.now();
  row.idempotency_key = options.idempotency_key;
  row.overrides = reading->experiment.overrides;
  row.bundle = std::move(bundle);
  if (reading->experiment.runner && row.fleet == "docker")
    row.image = experiment::image_of_registry(*reading->experiment.runner);
  row.needs_login = !row.image.empty() && !options.registry_auth.empty();
  auto active = activate(row, *reading, {}, orchestrator_.capacity(row.fleet));
  if (!active) co_return one(active.error());
  row.scenarios = (*active)->queue.total();
  Submitted submitted{.id = {}, .name = row.name, .scenarios = row.scenarios};
  auto add = [row, charges = options.charges, cost = *cost](store::Store& store) {
    return add_within_budgets(store, row, charges, cost);
  };
  const auto charged = co_await store_.run(std::move(add));
  if (!charged) co_return one(charged.error());
  const auto added = *charged;
  submitted.id = added.id;
  if (!added.is_new) {
    // The same idempotency key again: the experiment is there, running or over.
    auto look = [id = added.id](store::Store& store) { return store.experiment(id); };
    const auto there = co_await store_.run(std::move(look));
    if (there && !same(there->bundle, row.bundle))
      co_return one(failure(ErrorCode::Conflict, "this Idempotency-Key has started experiment " +
                                                     to_string(added.id) + " (" + there->name +
                                                     "), which is another: use a key of its own"));
    if (there) submitted.name = there->name;
  } else {
    (*active)->id = submitted.id;
    (*active)->registry_auth = std::move(options.registry_auth);
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
