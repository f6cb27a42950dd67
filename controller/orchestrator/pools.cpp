#include "controller/orchestrator/pools.hpp"

#include <algorithm>
#include <cmath>

namespace flowyard::controller::orchestrator {
namespace {

using experiment::Isolation;

Pool& pool_for(std::vector<Pool>& pools, const experiment::Experiment& experiment, std::uint32_t named) {
  const auto& scenario = experiment.scenarios[named];
  const bool alone = experiment.workers.isolation == Isolation::Scenario;
  if (!alone) {
    for (auto& pool : pools) {
      if (pool.resources == scenario.resources) {
        if (pool.scenario != scenario.name) pool.scenario.clear();
        return pool;
      }
    }
  }
  Pool fresh;
  fresh.number = static_cast<int>(pools.size());
  fresh.scenario = scenario.name;
  fresh.resources = scenario.resources;
  fresh.single_use = experiment.workers.isolation == Isolation::Fresh;
  fresh.batch = experiment.workers.batch;
  if (fresh.single_use && !fresh.batch) fresh.batch = 1;
  pools.push_back(std::move(fresh));
  return pools.back();
}

// As many as the cores carry; containers that live for one short batch spend most of their time starting, so
// that twice as many are kept on the way.
std::uint64_t automatic_count(const Pool& pool, const fleet::Capacity& capacity) {
  const double by_cores = std::max(1.0, std::floor(capacity.cores / std::max(0.05, pool.resources.cpus)));
  return static_cast<std::uint64_t>(pool.single_use ? 2 * by_cores : by_cores);
}

}  // namespace

std::vector<experiment::IndexRange> ranges_of(const experiment::Experiment& experiment,
                                              const experiment::design::ScenarioSpace& space) {
  std::vector<experiment::IndexRange> ranges;
  for (std::uint64_t at = 0; at < space.size(); at = space.group_end(at)) {
    const experiment::IndexRange group{at, space.group_end(at) - at};
    if (!experiment.only) {
      ranges.push_back(group);
      continue;
    }
    for (auto run = experiment.only->first_run(at); run.count > 0 && run.first < group.end();
         run = experiment.only->first_run(run.end()))
      ranges.push_back(experiment::overlap(group, run));
  }
  return ranges;
}

std::uint64_t Pool::scenarios() const {
  std::uint64_t sum = 0;
  for (const auto& range : ranges) sum += range.count;
  return sum;
}

std::uint64_t batches_of(const Pool& pool, const experiment::design::ScenarioSpace& space) {
  if (!pool.batch) return std::min<std::uint64_t>(pool.scenarios(), pool.workers_at_once);
  std::uint64_t batches = 0;
  for (const auto& range : pool.ranges) {
    for (auto at = range.first; at < range.end();) {
      const auto end = std::min(space.group_end(at), range.end());
      batches += (end - at + *pool.batch - 1) / *pool.batch;
      at = end;
    }
  }
  return batches;
}

std::vector<Pool> pools_of(const experiment::Experiment& experiment,
                           const experiment::design::ScenarioSpace& space, const fleet::Capacity& capacity) {
  std::vector<Pool> pools;
  for (const auto range : ranges_of(experiment, space)) {
    Pool& pool = pool_for(pools, experiment, space.group_of(range.first).named);
    if (!pool.ranges.empty() && pool.ranges.back().end() == range.first) {
      pool.ranges.back().count += range.count;
    } else {
      pool.ranges.push_back(range);
    }
  }
  const bool per_scenario = experiment.workers.isolation == Isolation::Scenario;
  for (auto& pool : pools) {
    const std::uint64_t asked = experiment.workers.count.value_or(
        per_scenario ? 1u : static_cast<std::uint32_t>(automatic_count(pool, capacity)));
    // With a scenario per worker, `count` is how many of them live at once, which the plan sees to.
    pool.workers_at_once = per_scenario ? 1 : std::max<std::uint64_t>(1, asked);
    pool.workers_at_once =
        std::min(pool.workers_at_once, std::max<std::uint64_t>(1, batches_of(pool, space)));
  }
  return pools;
}

}  // namespace flowyard::controller::orchestrator
