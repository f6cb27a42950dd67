// The part of ControllerService that tells what came of an experiment, and why something failed.
#include <algorithm>
#include <sstream>

#include "controller/results/csv.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/result_blocks.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::DeathCause;
using experiment::ExperimentId;

namespace {

constexpr std::size_t kMostLines = 1'000;
constexpr std::size_t kLogTail = 20;
constexpr std::size_t kFailuresShown = 5;

std::vector<std::string> tail_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.size() > kLogTail) lines.erase(lines.begin(), lines.end() - kLogTail);
  return lines;
}

// What a person can do about a cause.
std::string advice_for(DeathCause cause, const experiment::ResourceClass& resources) {
  const std::string memory = std::to_string(resources.memory >> 20) + " MiB";
  switch (cause) {
    case DeathCause::Oom:
      return "It needed more than its limit of " + memory + ": raise workers.memory, or lower workers.batch.";
    case DeathCause::Timeout:
      return "Its batch made no progress in time: raise timeout.scenario, or lower workers.batch.";
    case DeathCause::EngineLost:
      return "Something outside of Flowyard ended it (docker kill, a restart of the Docker Engine). Its work "
             "was given "
             "to another worker.";
    case DeathCause::HeartbeatLost:
      return "It stopped answering. Its work was given to another worker.";
    case DeathCause::LaunchPermanent:
    case DeathCause::LaunchTransient:
      return "It never came up; the reason above is the Docker Engine's own.";
    case DeathCause::AppExit:
      return "The log below is the last it said.";
    case DeathCause::NotFinite:
      return "Its results hold NaN or infinity, and not_finite is fail.";
    case DeathCause::Stopped:
      return "A user or the controller stopped it; its unfinished work went to others.";
    case DeathCause::None:
      return "Nothing went wrong with it.";
  }
  return "";
}

// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:@").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string word = "'";
  for (char c : text) c == '\'' ? word += "'\\''" : word += c;
  return word + "'";
}

// What runs `range` of an experiment alone again, with what was overridden then and decides its results.
std::string again_command(const store::ExperimentRow& row, std::optional<experiment::IndexRange> range) {
  std::string command = "flowyard run " + shell_word(row.bundle.file_name);
  if (range) command += " --only " + std::to_string(range->first);
  if (range && range->count > 1) command += "-" + std::to_string(range->end() - 1);
  for (const auto& [key, value] : row.overrides) {
    const bool decides = key != "name" && key != "only" && key != "workers.count";
    if (decides) command += (key == "seed" ? " --seed " + value : " --set " + shell_word(key + "=" + value));
  }
  return command;
}

std::string settings_text(const experiment::Experiment& experiment, const experiment::ScenarioPoint& point) {
  std::ostringstream out;
  const auto& named = experiment.scenarios[point.named];
  out << "scenario " << point.index << " of " << named.name;
  if (!experiment.regions.empty()) out << " in " << experiment.regions[point.region].name;
  out << ":";
  for (const auto& setting : point.settings) {
    out << "\n  " << setting.name << ": ";
    const auto* number = std::get_if<double>(&setting.value);
    number ? void(out << results::cell_text(*number)) : void(out << "(array or series)");
  }
  return out.str();
}

std::string limits_text(const experiment::Experiment& experiment,
                        const experiment::ResourceClass& resources) {
  std::ostringstream out;
  out << "workers: {isolation: " << to_string(experiment.workers.isolation) << ", cpus: " << resources.cpus
      << ", memory: " << (resources.memory >> 20) << "MiB, pids: " << resources.pids << "}\n"
      << "retry: {attempts: " << experiment.retry.attempts
      << "}, timeout: {scenario: " << experiment.timeout.scenario.count() / 1000
      << "s, start: " << experiment.timeout.start.count() / 1000 << "s}";
  return out.str();
}

const experiment::ResourceClass& resources_of(const experiment::Experiment& experiment,
                                              const experiment::Worker& worker) {
  for (const auto& scenario : experiment.scenarios) {
    if (scenario.name == worker.scenario) return scenario.resources;
  }
  return experiment.workers.resources;
}

}  // namespace

Task<Result<service::ExperimentDetail>> ControllerService::experiment(ExperimentId id) {
  auto view = co_await progress(id);
  if (!view) co_return view.error();
  service::ExperimentDetail detail;
  static_cast<service::ExperimentView&>(detail) = std::move(*view);
  const std::string name = detail.name;
  const auto reading = co_await reading_of(id);
  if (!reading) co_return detail;
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return detail;
  std::map<experiment::WorkerId, std::string> names;
  for (const auto& worker : co_await workers_of(id)) names[worker.id] = worker.name;
  Summaries summaries(reading->experiment, *space);
  std::uint64_t next = 0;
  for (;;) {
    auto chunk = co_await store_.run([=](store::Store& store) { return store.next_chunk(id, next); });
    if (!chunk) break;
    next = chunk->range.end();
    auto add = [&] {
      if (const auto block = block_of(*chunk, names[chunk->worker])) summaries.add(*block);
    };
    co_await results_pool_.run(std::move(add));
  }
  auto sum_up = [&] {
    detail.summaries = summaries.lines(kMostLines);
    detail.outcomes = summaries.outcomes();
  };
  co_await results_pool_.run(std::move(sum_up));
  const std::string quoted = shell_word(name);
  detail.where = {"results: flowyard checkout " + quoted + " -o " + shell_word(name + "-results")};
  if (!detail.summaries.empty())
    detail.where.push_back("a log: flowyard log " + detail.summaries.front().worker);
  if (detail.failed > 0) detail.where.push_back("what failed: flowyard why " + quoted);
  co_return detail;
}

Task<Result<service::WhyView>> ControllerService::why(std::string which) {
  auto worker = co_await find_worker(which);
  if (worker) co_return co_await why_worker(std::move(*worker));
  const auto experiment = co_await find_experiment(which);
  if (experiment) co_return co_await why_experiment(*experiment);
  co_return failure(ErrorCode::NotFound, "neither a worker nor an experiment is called '" + which + "'");
}

Task<service::WhyView> ControllerService::why_worker(experiment::Worker worker) {
  service::WhyView view;
  view.subject = worker.name;
  view.cause = worker.cause == DeathCause::None ? "ok" : std::string(to_string(worker.cause));
  view.explanation = worker.reason.empty() ? "It is " + std::string(to_string(worker.state)) + "."
                                           : "It " + worker.reason + ".";
  const auto reading = co_await reading_of(worker.experiment);
  const auto row =
      co_await store_.run([id = worker.experiment](store::Store& store) { return store.experiment_row(id); });
  if (reading) {
    const auto& resources = resources_of(reading->experiment, worker);
    view.explanation += " " + advice_for(worker.cause, resources);
    view.spec_excerpt = limits_text(reading->experiment, resources);
    if (!worker.scenario.empty())
      view.spec_excerpt = "scenario: " + worker.scenario + "\n" + view.spec_excerpt;
  }
  const std::string text = co_await log_text(worker);
  view.log_tail = tail_of(text);
  const auto handed =
      co_await store_.run([id = worker.id](store::Store& store) { return store.last_handed_to(id); });
  if (row) view.again = {again_command(*row, handed), "flowyard log " + worker.name};
  co_return view;
}

Task<service::WhyView> ControllerService::why_experiment(ExperimentId id) {
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  const auto failures =
      co_await store_.run([id](store::Store& store) { return store.failures(id, kFailuresShown); });
  service::WhyView view;
  view.subject = row ? row->name : to_string(id);
  view.cause = failures.empty() ? "ok" : std::string(to_string(failures.front().cause));
  if (row) view.explanation = row->reason;
  if (failures.empty()) {
    const bool ended_well =
        !row || !is_final(row->state) || row->state == experiment::ExperimentState::Succeeded;
    if (!ended_well) view.cause = std::string(to_string(row->state));
    if (view.explanation.empty()) view.explanation = "No scenario of it has failed.";
    for (const auto& worker : co_await workers_of(id)) {
      if (worker.cause == DeathCause::None || worker.cause == DeathCause::Stopped) continue;
      view.explanation += "\nWorker " + worker.name + " " + worker.reason + "; its work went to others.";
      if (view.again.size() < kFailuresShown) view.again.push_back("flowyard why " + worker.name);
    }
    if (!ended_well && row) view.again.push_back(again_command(*row, std::nullopt));
    co_return view;
  }
  const auto reading = co_await reading_of(id);
  const auto space = reading ? std::make_shared<Result<experiment::design::ScenarioSpace>>(
                                   experiment::design::ScenarioSpace::create(reading->experiment))
                             : nullptr;
  for (const auto& failed : failures) {
    view.explanation += "\nScenario " + std::to_string(failed.index) + " failed after " +
                        std::to_string(failed.attempts) + " attempts: " + failed.reason + " (last worker " +
                        failed.worker + ").";
  }
  if (space && space->has_value())
    view.spec_excerpt = settings_text(reading->experiment, (*space)->at(failures.front().index));
  auto last = co_await find_worker(failures.front().worker);
  if (last) {
    if (reading)
      view.explanation += "\n" + advice_for(failures.front().cause, resources_of(reading->experiment, *last));
    const std::string text = co_await log_text(*last);
    view.log_tail = tail_of(text);
    view.again.push_back("flowyard why " + last->name);
  }
  if (row) {
    const experiment::IndexRange first_failed{failures.front().index, 1};
    view.again.push_back(again_command(*row, first_failed));
  }
  co_return view;
}

}  // namespace flowyard::controller::service
