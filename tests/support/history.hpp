// A history: experiments, the fates of their scenarios, and what goes wrong, all from one seed, lived through
// by the real orchestrator and store on simulated time with workers that speak as real ones do. The same plan
// gives the same history, call for call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.hpp"

namespace flowyard::test {

enum class Fate { Fine, Exits, RunsOutOfMemory, Hangs, IsRefused };

enum class Mishap {
  WorkerKilled,
  WorkerStopped,    // on a user's request
  WorkerSilent,     // for ever
  WorkerStuck,      // its heart beats, and it asks for nothing more
  ControllerStops,  // and starts again after a while
  ControllerCrashes,
  DiskFull,     // after some more writes, for a while
  CallFails,    // of the fleet, before it did anything
  AnswerLost,   // of the fleet, after it did it
  RequestsCut,  // every worker that waits for an answer hangs up
  ClockJumps,
  Cancelled,  // one experiment
  Paused,     // one experiment
  GoesOn,     // one that is paused, cancelled or given up; half the time with what failed
};

struct HistoryPlan {
  struct Study {
    std::uint64_t scenarios = 1;
    std::uint32_t workers = 1;
    std::uint64_t batch = 0;  // 0: automatic
    int isolation = 0;
    std::uint32_t attempts = 1;
    int priority = 0;
    std::vector<Fate> fates;  // by scenario
    Milliseconds submitted{0};
  };
  struct Event {
    Milliseconds at{0};
    Mishap what = Mishap::WorkerKilled;
    std::uint64_t how = 0;  // which worker, how long, ...
  };
  std::uint64_t seed = 0;
  std::uint64_t max_workers = 8;  // over all studies
  std::vector<Study> studies;
  std::vector<Event> events;
};

HistoryPlan plan_history(std::uint64_t seed);

struct HistoryEnd {
  std::string wrong;         // empty: all is as it must be
  std::uint64_t trace = 0;   // a hash of every call of the fleet and every line of the journal
  std::uint64_t writes = 0;  // of the disk
};

// Lives through it to rest, and looks at what is left: every scenario is committed once or failed with a
// cause that is its own or the machine's, nobody is left in the fleet, nothing in memory.
HistoryEnd live_through(const HistoryPlan& plan);

// A smaller plan that still ends wrong, by leaving things out.
HistoryPlan shrink(HistoryPlan plan);

// As C++ would build it, for a test that keeps it.
std::string describe(const HistoryPlan& plan);

}  // namespace flowyard::test
