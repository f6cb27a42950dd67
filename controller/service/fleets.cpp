// The part of ControllerService that checks whether a fleet answers, and returns experiments to it.
#include "common/async/timeout.hpp"
#include "controller/orchestrator/history.hpp"
#include "controller/service/activation.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/image_rules.hpp"

namespace flowyard::controller::service {

using async::Task;

namespace {

// Time limit for a fleet to answer.
constexpr Milliseconds kPatience = std::chrono::seconds(5);

std::string all_of(const Errors& errors) {
  std::string text;
  for (const auto& error : errors) text += (text.empty() ? "" : "; ") + to_string(error);
  return text;
}

Error absent(const std::string& fleet, const std::string& why) {
  const std::string what_else =
      fleet == "docker" ? ", or say --fleet process: the workers are then plain processes of this machine"
                        : "";
  return failure(ErrorCode::Unavailable,
                 "no worker can be started: " + why + "\n  try again once it answers" + what_else);
}

// Why it does not answer; empty: it does.
Task<std::string> silence_of(fleet::Fleet& home) {
  try {
    co_await async::with_timeout(kPatience, home.check());
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    co_return error.what();
  }
  co_return "";
}

}  // namespace

Task<Result<std::string>> ControllerService::fleet_for(const SubmitOptions& options) const {
  const std::string name = options.fleet.empty() ? options_.default_fleet : options.fleet;
  auto* home = orchestrator_.fleet(name);
  if (!home && name == options_.default_fleet) co_return absent(name, options_.fleet_detail);
  if (!home) co_return invalid("this controller has no fleet '" + name + "': " + options_.fleet_detail);
  const std::string silence = co_await silence_of(*home);
  if (!silence.empty()) co_return absent(name, silence);
  co_return name;
}

Task<> ControllerService::resume() {
  co_await read_tokens();
  const auto rows = co_await running_experiments();
  for (const auto& row : rows) {
    std::string waits_for;
    if (!orchestrator_.fleet(row.fleet)) {
      waits_for = "waits: its fleet '" + row.fleet + "' is not available (" + options_.fleet_detail + ")";
    }
    if (waits_for != row.reason) {
      auto store_reason = [id = row.id, waits_for](store::Store& store) { store.set_reason(id, waits_for); };
      co_await store_.run(std::move(store_reason));
    }
    if (!waits_for.empty()) {
      log_.warning("an experiment waits", {{"experiment", row.id.value}, {"reason", waits_for}});
      continue;
    }
    auto active = co_await brought_back(row, orchestrator_.capacity(row.fleet));
    if (!active) {
      co_await give_up(row, active.error().message);
    } else {
      orchestrator_.add(std::move(*active));
    }
  }
}

Task<> ControllerService::take_up(std::unique_ptr<fleet::Fleet> fleet) {
  const std::string name = fleet->name(), detail = fleet->description();
  const auto capacity = fleet->capacity();
  std::vector<Active> waiting;
  const auto rows = co_await running_experiments();
  for (const auto& row : rows) {
    if (row.fleet != name) continue;
    auto active = co_await brought_back(row, capacity);
    if (!active) {
      co_await give_up(row, active.error().message);
    } else {
      waiting.push_back(std::move(*active));
    }
  }
  co_await orchestrator_.take_up(std::move(fleet), std::move(waiting));
  say_of_fleet(detail);
  log_.info("a fleet has come", {{"fleet", detail}});
}

Task<std::vector<store::ExperimentRow>> ControllerService::running_experiments() {
  return store_.run([](store::Store& store) {
    std::vector<store::ExperimentRow> running;
    for (const auto& row : store.experiments()) {
      if (!is_final(row.state)) running.push_back(*store.experiment(row.id));
    }
    return running;
  });
}

Task<> ControllerService::give_up(store::ExperimentRow row, std::string why) {
  log_.error("an experiment cannot go on", {{"experiment", row.id.value}, {"reason", why}});
  auto finish = [id = row.id, why, now = clock_.now()](store::Store& store) {
    store.finish_experiment(id, experiment::ExperimentState::Failed, why, now);
  };
  co_await store_.run(std::move(finish));
}

Task<Result<ControllerService::Active>> ControllerService::brought_back(store::ExperimentRow row,
                                                                        fleet::Capacity capacity) {
  auto outcome = co_await read(row.bundle);
  if (!outcome) co_return invalid("it can no longer be read: " + all_of(outcome.error()));
  const auto* reading = std::get_if<experiment::file::LoadedExperiment>(&*outcome);
  if (!reading) co_return invalid("it can no longer be read: files are missing");
  const auto runs = check_image(reading->experiment, row.fleet, options_.images, experiment::WayIn::Here);
  if (!runs) co_return runs.error();
  auto read_stored = [id = row.id](store::Store& store) { return orchestrator::read_history(store, id); };
  const auto stored = co_await store_.run(std::move(read_stored));
  const auto history =
      orchestrator::history_from(stored, reading->experiment.retry, clock_.now(), timer_.now());
  auto active = activate(row, *reading, history, capacity);
  if (active) log_.info("experiment goes on", {{"experiment", row.id.value}, {"name", row.name}});
  co_return active;
}

}  // namespace flowyard::controller::service
