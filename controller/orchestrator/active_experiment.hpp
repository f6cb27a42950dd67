// ActiveExperiment: an experiment that is not over, as the controller holds it in memory: what it says, its
// compiled programs, its queue and the leases that are out. Everything in it can be made again from the
// store.
#pragma once

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/expected_results.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/ids.hpp"
#include "controller/fleet/image_wanted.hpp"
#include "controller/orchestrator/storm.hpp"
#include "controller/orchestrator/throughput.hpp"
#include "controller/orchestrator/work_queue.hpp"

namespace flowyard::controller::orchestrator {

// A compiled program as it is sent to workers.
struct ProgramBytes {
  std::string hash;  // SHA-256
  std::string bytes;
};

struct HeldLease {
  experiment::Lease lease;
  SteadyPoint last_progress{};
  int commits_under_way = 0;
  std::optional<Loss> loss = {};  // it is to end; no further result of it is taken
  bool action_pending = false;    // it is being ended
  bool again = false;             // of a batch that was lost before
};

struct ActiveExperiment {
  experiment::ExperimentId id;
  std::string fleet;
  TimePoint submitted{};
  experiment::Experiment spec;
  std::vector<ProgramBytes> programs;  // NamedScenario::program counts into it
  std::string bundle_hash;
  std::string bundle_json;  // for runners that are not native
  // With shared storage, what is put there once: all files of the bundle, as tar. Shared with the fleet that
  // is putting them there.
  std::shared_ptr<const std::string> shared_files = {};
  // What its image is built from, as tar; none: it is not built. Shared with the fleet that builds it.
  std::shared_ptr<const std::string> build_context = {};
  WorkQueue queue;
  std::vector<experiment::ExpectedResults> expected = {};  // by named scenario

  std::uint64_t round = 0;  // how often it went on after an end
  bool cancel_wanted = false;
  bool pause_wanted = false;   // its queue is closed, and what is out on lease ends by itself
  std::string paused_by = {};  // what paused it, and what to do about it; empty: its user did
  std::optional<std::string> broken = {};
  std::string trouble = {};              // what keeps it from going on just now: a full disk; empty: nothing
  fleet::ImageFound image = {};          // that its program runs in, once it is there
  std::string fetching = {};             // "the image python:3.12-slim, 43 of 120 MB"; empty: nothing
  Secret registry_auth = {};             // for its image's registry; never stored
  bool needs_login = false;              // credentials came with it, now or to a controller before
  bool prepared = false;                 // the fleet has its volume and network
  bool preparing = false;                // is making them
  std::exception_ptr not_prepared = {};  // why it could not, the last time
  // By pool, the attempts of workers that died and have not been replaced yet.
  std::map<int, std::vector<int>> vacancies = {};
  std::map<experiment::LeaseId, HeldLease> leases = {};
  int launch_failures = 0;    // in a row
  int launch_refusals = 0;    // in a row: that it can never start
  int registry_failures = 0;  // in a row: that its image's registry did not answer
  SteadyPoint no_launch_before{};
  SteadyPoint served{};                      // when it last had a worker, or came
  std::optional<SteadyPoint> deadline = {};  // by timeout.experiment, on the timer of this controller
  std::map<int, Storm> storms = {};          // by pool
  double compute_seconds = 0;
  // Since this controller has it, for the time that is left.
  double worker_seconds = 0;  // that its workers could work
  std::uint64_t done_before = 0;
  std::uint64_t at_work = 0;  // workers that can work now
  std::uint64_t retries = 0;
  SteadyPoint last_progress_event{};

  Storm& storm(int pool) {
    return storms.try_emplace(pool, queue.pools()[static_cast<std::size_t>(pool)].workers_at_once)
        .first->second;
  }
  // Until it has ended; none: not known.
  std::optional<double> seconds_left() const {
    const auto over = queue.done() + queue.failed();
    return orchestrator::seconds_left({.done = over - std::min(over, done_before),
                                       .worker_seconds = worker_seconds,
                                       .left = queue.total() - over,
                                       .workers = at_work});
  }
  double seconds_per_scenario() const {
    return queue.done() > 0 ? compute_seconds / static_cast<double>(queue.done()) : 0;
  }
};

}  // namespace flowyard::controller::orchestrator
