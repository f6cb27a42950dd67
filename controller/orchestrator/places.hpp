// Places: who of all experiments has the workers that a controller runs at once. Pure; part of plan().
//
// A place is a worker that lives. A free one goes to the experiment of the highest priority; among equals to
// the one with fewer workers, then to the one that has waited longest. Where no place is free, a worker of an
// experiment with a lesser claim is let go: after the lease it holds, never within one. Nobody starves: an
// experiment that has had no worker for kPatience takes a place from its equals, and once in kPatience the
// one that has waited longest takes one for a lease, whatever its priority.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "controller/orchestrator/plan.hpp"

namespace flowyard::controller::orchestrator {

// How long an experiment without a worker waits its turn.
inline constexpr Milliseconds kPatience{60'000};

// Adds the launches that there is room for, and the workers that make room. `handled`: workers for which
// there is an action already.
void share_places(const Facts& facts, const std::set<experiment::WorkerId>& handled,
                  std::vector<Action>& actions);

// How an experiment waits that could have a worker and has none.
struct Queued {
  std::uint64_t busy = 0, places = 0;  // workers over all experiments: now, at most
  std::uint64_t before = 0;            // experiments that wait and come first
  bool operator==(const Queued&) const = default;
};

// Those that wait because all places are taken.
std::map<experiment::ExperimentId, Queued> queued(const Facts& facts);

// "waiting: 8 of 8 workers busy, 2 experiments before it"
std::string describe(const Queued& queued);

}  // namespace flowyard::controller::orchestrator
