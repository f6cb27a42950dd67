// The part of ControllerService that explains why something failed.
#include <algorithm>
#include <sstream>

#include "common/async/timeout.hpp"
#include "common/base/shell_word.hpp"
#include "controller/results/csv.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/not_finite.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::DeathCause;
using experiment::ExperimentId;

namespace {

constexpr std::size_t kLogTail = 20;
constexpr std::size_t kLogTailAmongOthers = 8;  // so that all fits one screen
constexpr std::chrono::seconds kLongestLook{10};

std::vector<std::string> tail_of(const std::string& text, std::size_t most = kLogTail) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  return lines;
}

// Advice for each cause.
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

// The one that failed first of each cause, and what its cause asks for.
Task<> ControllerService::explain_failures(service::WhyView& view, const store::ExperimentRow& row,
                                           const std::vector<store::FailureGroup>& groups) {
  const auto reading = co_await reading_of(row.id);
  for (const auto& [count, first] : groups) {
    if (first.cause == DeathCause::NotFinite) continue;  // explained with those that are only marked
    view.explanation += (view.explanation.empty() ? "" : "\n") + std::to_string(count) +
                        (count == 1 ? " scenario" : " scenarios") + " failed of " +
                        std::string(to_string(first.cause)) + (count == 1 ? ": " : "; the first is ") +
                        std::to_string(first.index) + ", after " + std::to_string(first.attempts) +
                        (first.attempts == 1 ? " attempt: " : " attempts: ") + first.reason +
                        (first.worker.empty() ? "" : " (worker " + first.worker + ")") + ".";
    const auto worker = co_await find_worker(first.worker);
    if (worker && reading)
      view.explanation += "\n  " + advice_for(first.cause, resources_of(reading->experiment, *worker));
    view.again.push_back(again_command(row, experiment::IndexRange{first.index, 1}));
  }
  const auto& first = groups.front().first;
  if (reading) {
    const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
    if (space && first.index < space->size())
      view.spec_excerpt = settings_text(reading->experiment, space->at(first.index));
  }
  const auto worker = co_await find_worker(first.worker);
  if (!worker) co_return;
  const std::string text = co_await log_text(*worker);
  view.log_tail = tail_of(text, kLogTailAmongOthers);
  view.again.push_back("flowyard why " + worker->name);
}

// How many there are, and where the first of them went wrong.
Task<> ControllerService::explain_not_finite(service::WhyView& view, const store::ExperimentRow& row,
                                             std::uint64_t count) {
  const auto ranges =
      co_await store_.run([id = row.id](store::Store& store) { return store.not_finite_ranges(id); });
  const auto reading = co_await reading_of(row.id);
  if (ranges.empty() || !reading) co_return;
  const auto index = ranges.front().first;
  std::string where;
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  const auto stored =
      co_await store_.run([id = row.id](store::Store& store) { return store.experiment(id); });
  if (space && stored && index < space->size() && !reading->experiment.runner) {
    auto look = [bundle = stored->bundle, reading, space = *space, index](std::stop_token stop) {
      const auto program = reading->experiment.scenarios[space.at(index).named].program;
      const auto whole = experiment::file::read_whole_model(bundle, program, stop);
      if (!whole) return std::string();
      const auto keep_going = [&stop] { return !stop.stop_requested(); };
      return first_not_finite(*whole, reading->experiment, space, index, keep_going);
    };
    // Compiles and runs: the thread that others' results wait for is not the place.
    auto looking = pool_.run_stoppable(std::move(look));
    try {
      where = co_await async::with_timeout(kLongestLook, std::move(looking));
    } catch (const async::TimedOut&) {
      // That it is not finite is reported all the same.
    }
    if (view.spec_excerpt.empty()) view.spec_excerpt = settings_text(reading->experiment, space->at(index));
  }
  view.explanation += (view.explanation.empty() ? "" : "\n") + std::to_string(count) +
                      (count == 1 ? " scenario has" : " scenarios have") +
                      " results that are not finite; the first is " + std::to_string(index) +
                      (where.empty() ? "." : ": " + where + ".");
  view.again.push_back(again_command(row, experiment::IndexRange{index, 1}));
}

Task<service::WhyView> ControllerService::why_experiment(ExperimentId id) {
  service::WhyView view;
  view.subject = to_string(id);
  const auto listed = co_await store_.run([id](store::Store& store) { return store.listed_experiment(id); });
  if (!listed) co_return view;
  const auto groups = co_await store_.run([id](store::Store& store) { return store.failure_groups(id); });
  const auto& row = listed->row;
  view.subject = row.name;
  view.cause = groups.empty() ? "ok" : std::string(to_string(groups.front().first.cause));
  view.explanation = row.reason;
  if (!groups.empty()) co_await explain_failures(view, row, groups);
  if (listed->progress.not_finite > 0) {
    if (groups.empty()) view.cause = to_string(DeathCause::NotFinite);
    co_await explain_not_finite(view, row, listed->progress.not_finite);
  }
  if (!groups.empty()) co_return view;
  const bool ended_well = !is_final(row.state) || row.state == experiment::ExperimentState::Succeeded;
  if (!ended_well) view.cause = std::string(to_string(row.state));
  if (view.explanation.empty()) view.explanation = "No scenario of it has failed.";
  // A storm of deaths has one cause, mostly: one line each.
  std::map<std::string, std::pair<std::size_t, std::string>> deaths;
  for (const auto& worker : co_await workers_of(id)) {
    if (worker.cause == DeathCause::None || worker.cause == DeathCause::Stopped) continue;
    auto& [count, name] = deaths[worker.reason];
    ++count;
    name = worker.name;
  }
  for (const auto& [reason, death] : deaths) {
    const auto& [count, name] = death;
    view.explanation +=
        "\n" +
        (count == 1 ? "Worker " + name + " " + reason
                    : std::to_string(count) + " workers " + reason + ", " + name + " among them") +
        "; their work went to others.";
    view.again.push_back("flowyard why " + name);
  }
  if (!ended_well) view.again.push_back(again_command(row, std::nullopt));
  co_return view;
}

}  // namespace flowyard::controller::service
