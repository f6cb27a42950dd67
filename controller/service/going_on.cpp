// The part of ControllerService that pauses experiments and lets those that have ended go on.
#include <algorithm>

#include "controller/experiment/file/overrides_text.hpp"
#include "controller/service/budgets.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

Error conflict(std::string message) {
  return failure(ErrorCode::Conflict, std::move(message));
}

// The reason why samples cannot be added, or nothing.
std::optional<Error> not_extensible(const experiment::Experiment& e, std::uint64_t samples) {
  const bool random = std::any_of(e.scenarios.begin(), e.scenarios.end(), [&](const auto& scenario) {
    return std::any_of(scenario.parameters.begin(), scenario.parameters.end(), experiment::is_random);
  });
  if (!random)
    return invalid("no parameter of experiment " + e.name + " is random: there are no samples to add");
  if (e.design.sampling == experiment::DesignMethod::LatinHypercube)
    return invalid(
        "experiment " + e.name +
        " is a Latin hypercube (lhs), which cannot be extended: all its samples depend on how many "
        "there are. Designs by 'random' and 'halton' can");
  if (e.only)
    return invalid("experiment " + e.name +
                   " runs some of its scenarios only (--only): extend the whole one");
  if (samples <= e.design.samples)
    return invalid("experiment " + e.name + " has " + std::to_string(e.design.samples) +
                   " samples: say how many there shall be in all, more than these");
  return std::nullopt;
}

std::string rounds_text(const experiment::Design& design, std::uint64_t samples) {
  std::string text = "[";
  for (const auto round : design.rounds) text += std::to_string(round) + ", ";
  if (design.rounds.empty()) text += std::to_string(design.samples) + ", ";
  return text + std::to_string(samples) + "]";
}

}  // namespace

Task<Result<void>> ControllerService::pause(ExperimentId id) {
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  if (!row) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  if (is_final(row->state)) co_return conflict("experiment " + row->name + " has ended");
  if (orchestrator_.experiment(id)) {
    co_await orchestrator_.pause(id);
    co_return Result<void>{};
  }
  // It waits for its fleet, where nothing of it is under way.
  auto finish = [id, now = clock_.now()](store::Store& store) {
    store.finish_experiment(id, experiment::ExperimentState::Paused, "", now);
  };
  co_await store_.run(std::move(finish));
  co_return Result<void>{};
}

Task<Result<store::Reopening::Extended>> ControllerService::extended(store::ExperimentRow row,
                                                                     std::uint64_t samples) {
  const auto before = co_await reading_of(row.id);
  if (!before) co_return failure(ErrorCode::Internal, "experiment " + row.name + " can no longer be read");
  const auto& e = before->experiment;
  if (auto error = not_extensible(e, samples)) co_return *error;
  const experiment::Overrides rounds{{.key = "rounds", .of = {}, .value = rounds_text(e.design, samples)}};
  auto text = experiment::file::with_overrides(row.bundle.file_name, row.bundle.text, rounds);
  if (!text) co_return text.error();
  experiment::Bundle bundle = row.bundle;
  bundle.text = *text;
  auto outcome = co_await read(std::move(bundle));
  if (!outcome) co_return outcome.error().front();
  const auto* after = std::get_if<experiment::file::LoadedExperiment>(&*outcome);
  if (after == nullptr) co_return failure(ErrorCode::Internal, "files of it are missing");
  const auto space = experiment::design::ScenarioSpace::create(after->experiment);
  if (!space) co_return space.error();
  co_return store::Reopening::Extended{
      .text = std::move(*text), .overrides = after->experiment.overrides, .scenarios = space->size()};
}

Task<Result<void>> ControllerService::go_on(ExperimentId id, GoingOn how) {
  using enum GoingOn::How;
  auto look = [id](store::Store& store) { return std::pair(store.experiment(id), store.progress(id)); };
  const auto [row, progress] = co_await store_.run(std::move(look));
  if (!row) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  const std::string name = "experiment " + row->name;
  if (!is_final(row->state)) {
    const auto* active = orchestrator_.experiment(id);
    if (how.how == Rest && active && active->needs_login && !how.registry_auth.empty()) {
      orchestrator_.give_credentials(id, std::move(how.registry_auth));
      if (!row->pause_wanted) co_return Result<void>{};
    }
    if (how.how != Rest || !row->pause_wanted)
      co_return conflict(name + " is running" + (how.how == Rest ? "" : ": pause it, or wait for its end"));
    const bool goes_on = co_await orchestrator_.unpause(id);
    if (!goes_on) co_return conflict(name + " is just coming to its pause: ask again");
    co_return Result<void>{};
  }
  if (how.how == Rest && progress.done + progress.failed >= row->scenarios)
    co_return conflict("nothing of " + name + " is left to do" +
                       (progress.failed > 0
                            ? "; 'flowyard retry " + to_string(id) + " --failed' runs again what failed"
                            : ""));
  if (how.how == Failed && progress.failed == 0) co_return conflict("no scenario of " + name + " failed");
  store::Reopening reopening{.failed_again = how.how == Failed, .extended = {}};
  if (how.how == Extended) {
    auto larger = co_await extended(*row, how.samples);
    if (!larger) co_return larger.error();
    reopening.extended = std::move(*larger);
    // An extension costs its runs.
    const experiment::Spending cost{.runs = reopening.extended->scenarios - row->scenarios};
    auto spend = [charges = how.charges, cost](store::Store& store) {
      auto within = check_budgets(store, charges, cost);
      if (within)
        for (const auto& charge : charges) store.spend(charge.account, cost);
      return within;
    };
    const auto within = co_await store_.run(std::move(spend));
    if (!within) co_return within.error();
  }
  auto reopen = [id, reopening, now = clock_.now()](store::Store& store) {
    return store.reopen(id, reopening, now);
  };
  const auto round = co_await store_.run(std::move(reopen));
  if (!round) co_return conflict(name + " is running");
  readings_.forget(id);
  auto again = [id](store::Store& store) { return store.experiment(id); };
  auto reopened = co_await store_.run(std::move(again));
  if (!reopened) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  if (!orchestrator_.fleet(reopened->fleet)) {
    const std::string waits = "waits: its fleet '" + reopened->fleet + "' is not available";
    auto store_reason = [id, waits](store::Store& store) { store.set_reason(id, waits); };
    co_await store_.run(std::move(store_reason));
    co_return Result<void>{};
  }
  auto active = co_await brought_back(*reopened, orchestrator_.capacity(reopened->fleet));
  if (!active) {
    const std::string trouble = active.error().message;
    co_await give_up(*reopened, trouble);
    co_return failure(ErrorCode::Internal, name + " cannot go on: " + trouble);
  }
  if (!how.registry_auth.empty()) {
    auto note = [id](store::Store& store) { store.set_needs_login(id); };
    co_await store_.run(std::move(note));
    (*active)->needs_login = true;
    (*active)->registry_auth = std::move(how.registry_auth);
  }
  orchestrator_.add(std::move(*active));
  orchestrator_.publish_event(id, "experiment",
                              {{"state", "running"}, {"name", row->name}, {"round", std::to_string(*round)}});
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
