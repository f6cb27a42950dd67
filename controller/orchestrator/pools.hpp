// Pools: which workers an experiment wants. A pool is a set of interchangeable workers with the scenarios
// they may be handed. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/lease.hpp"
#include "controller/fleet/capacity.hpp"

namespace flowyard::controller::orchestrator {

struct Pool {
  int number = 0;        // its place in the experiment's list
  std::string scenario;  // the named scenario it serves, where it is one
  experiment::ResourceClass resources;
  std::vector<experiment::IndexRange> ranges;  // the scenarios it may be handed, ascending
  std::uint64_t workers_at_once = 1;
  bool single_use = false;             // a worker takes one lease and leaves
  std::optional<std::uint64_t> batch;  // scenarios in a lease; none: automatic

  std::uint64_t scenarios() const;
};

// The scenarios that an experiment runs: a range for each group of the space, as far as `only` lets it.
std::vector<experiment::IndexRange> ranges_of(const experiment::Experiment& experiment,
                                              const experiment::design::ScenarioSpace& space);

// The pools of an experiment, in the order of its named scenarios. `space` is that of the experiment.
std::vector<Pool> pools_of(const experiment::Experiment& experiment,
                           const experiment::design::ScenarioSpace& space, const fleet::Capacity& capacity);

// How many leases a pool hands out when nothing fails. Exact for a fixed batch.
std::uint64_t batches_of(const Pool& pool, const experiment::design::ScenarioSpace& space);

}  // namespace flowyard::controller::orchestrator
