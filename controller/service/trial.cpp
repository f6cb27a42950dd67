#include "controller/service/trial.hpp"

#include <algorithm>
#include <chrono>

#include "controller/orchestrator/pools.hpp"
#include "controller/service/run_input.hpp"
#include "controller/store/compression.hpp"
#include "worker/engine/runner.hpp"
#include "worker/engine/time_grid.hpp"
#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {
namespace {

namespace engine = worker::engine;
using SteadyClock = std::chrono::steady_clock;

// After the first no other trial of an experiment is begun; the second is one's length, for each part.
constexpr std::chrono::milliseconds kAllTrials{300};
constexpr std::chrono::milliseconds kOneTrial{60};
constexpr double kPartsOfTime[] = {1, 1.0 / 64, 1.0 / 4096};
// A worker computes about so many together.
constexpr std::uint64_t kMostLanes = 512;
// From a run that takes so long no batch of several is tried.
constexpr double kLongRun = 0.01;
constexpr std::uint64_t kMoreLanes = 8;

double bytes_of(const engine::RunOutput& output, std::uint64_t lanes, const std::vector<double>& kept) {
  worker::protocol::ResultChunk chunk;
  chunk.count = lanes;
  chunk.outcome_names = output.outcome_names;
  chunk.outcomes = output.outcomes;
  const auto rows = engine::wanted_saves(output.times, kept);
  for (const auto row : rows) chunk.times.push_back(output.times[row]);
  for (const auto& series : output.series) {
    worker::protocol::ResultSeries part{.name = series.name, .elements = series.elements, .values = {}};
    const auto width = static_cast<std::ptrdiff_t>(series.elements.size() * lanes);
    for (const auto row : rows) {
      const auto from = series.values.begin() + static_cast<std::ptrdiff_t>(row) * width;
      part.values.insert(part.values.end(), from, from + width);
    }
    chunk.series.push_back(std::move(part));
  }
  return static_cast<double>(store::compress(worker::protocol::to_columns(chunk)).size()) /
         static_cast<double>(lanes);
}

// From few scenarios to many, as long as there is time.
class Trial {
 public:
  Trial(const experiment::file::LoadedExperiment& loaded, const experiment::design::ScenarioSpace& space,
        experiment::IndexRange range)
      : loaded_(loaded),
        space_(space),
        range_(range),
        named_(loaded.experiment.scenarios[space.group_of(range.first).named]),
        runner_(loaded.programs[named_.program]) {}

  // Of a scenario that takes long, a part of its time stands for the whole.
  std::optional<Cost> run(const std::function<bool()>& keep_going) {
    for (const double part : kPartsOfTime) {
      if (auto cost = run_part(part, keep_going)) return cost;
    }
    return std::nullopt;
  }

 private:
  std::optional<Cost> run_part(double part, const std::function<bool()>& keep_going) {
    const auto until = SteadyClock::now() + kOneTrial;
    const auto going_on = [&] { return keep_going() && SteadyClock::now() < until; };
    std::optional<Cost> cost;
    const auto most = std::min(range_.count, kMostLanes);
    for (std::uint64_t lanes = 1; going_on(); lanes = std::min(most, lanes * kMoreLanes)) {
      const auto next = run_lanes(lanes, part, going_on);
      if (!next) break;
      cost = next;
      if (lanes == most || next->seconds * part * static_cast<double>(lanes) > kLongRun) break;
    }
    return cost;
  }

  std::optional<Cost> run_lanes(std::uint64_t lanes, double part, const std::function<bool()>& keep_going) {
    auto input = input_of(loaded_.experiment, space_, {range_.first, lanes});
    if (part < 1) {
      const auto& time = loaded_.programs[named_.program]->time;
      const double start = input.start.value_or(time.default_start);
      input.stop = start + part * (input.stop.value_or(time.default_stop) - start);
    }
    engine::RunOutput output;
    const auto begun = SteadyClock::now();
    const auto ran = runner_.run(input, output, keep_going);
    if (!ran || output.interrupted) return std::nullopt;
    const std::chrono::duration<double> took = SteadyClock::now() - begun;
    return Cost{.seconds = took.count() / static_cast<double>(lanes) / part,
                .bytes = bytes_of(output, lanes, loaded_.experiment.outputs.times) / part};
  }

  const experiment::file::LoadedExperiment& loaded_;
  const experiment::design::ScenarioSpace& space_;
  experiment::IndexRange range_;
  const experiment::NamedScenario& named_;
  engine::Runner runner_;
};

}  // namespace

std::vector<std::optional<Cost>> try_out(const experiment::file::LoadedExperiment& loaded,
                                         const experiment::design::ScenarioSpace& space,
                                         const std::function<bool()>& keep_going) {
  const auto& experiment = loaded.experiment;
  std::vector<std::optional<Cost>> costs(experiment.scenarios.size());
  if (experiment.runner) return costs;
  const auto end = SteadyClock::now() + kAllTrials;
  std::vector<std::uint32_t> tried;
  for (const auto range : orchestrator::ranges_of(experiment, space)) {
    const auto named = space.group_of(range.first).named;
    const auto& scenario = experiment.scenarios[named];
    const auto same = std::find_if(tried.begin(), tried.end(), [&](std::uint32_t other) {
      const auto& before = experiment.scenarios[other];
      return before.program == scenario.program && before.time == scenario.time;
    });
    if (same != tried.end()) {
      costs[named] = costs[*same];
      continue;
    }
    if (SteadyClock::now() >= end || !keep_going()) break;
    costs[named] = Trial(loaded, space, range).run(keep_going);
    tried.push_back(named);
  }
  return costs;
}

}  // namespace flowyard::controller::service
