#include "controller/orchestrator/plan.hpp"

#include <algorithm>
#include <map>

namespace flowyard::controller::orchestrator {
namespace {

using experiment::DeathCause;
using experiment::WorkerState;

const ExperimentFacts* find(const Facts& facts, experiment::ExperimentId id) {
  for (const auto& experiment : facts.experiments) {
    if (experiment.id == id) return &experiment;
  }
  return nullptr;
}

const PoolFacts* find(const ExperimentFacts& experiment, int pool) {
  for (const auto& candidate : experiment.pools) {
    if (candidate.number == pool) return &candidate;
  }
  return nullptr;
}

bool is_over(const ExperimentFacts* experiment) {
  return !experiment || experiment->cancel_wanted || experiment->broken || experiment->finished;
}

// --- experiments

std::optional<std::string> reason_to_abandon(const ExperimentFacts& e, SteadyPoint now) {
  if (e.finished || e.closed) return std::nullopt;
  if (e.cancel_wanted) return std::string();
  if (e.broken) return e.broken;
  for (const auto& pool : e.pools) {
    if (pool.hopeless) return pool.hopeless;
  }
  if (e.failures.exceeded(e.failed, e.total)) {
    return std::to_string(e.failed) + " of " + std::to_string(e.total) +
           " scenarios failed, which is more than failures.max allows";
  }
  if (e.deadline && now >= *e.deadline) return "it ran longer than timeout.experiment";
  return std::nullopt;
}

// --- workers

// When a worker that is alive will be taken for stuck, and what for.
struct Limit {
  SteadyPoint at;
  DeathCause cause;
  const char* reason;
};

std::optional<Limit> limit_of(const WorkerFacts& w, const ExperimentFacts& e) {
  const auto& worker = w.worker;
  if (worker.state == WorkerState::Creating || worker.state == WorkerState::Created ||
      worker.state == WorkerState::Starting) {
    return Limit{w.since + e.timeout.start, DeathCause::LaunchTransient,
                 "did not say hello within timeout.start"};
  }
  const Limit silence{w.last_heard + kSilence, DeathCause::HeartbeatLost, "sent no heartbeat for 20 s"};
  if (w.open_leases == 0) {
    const Limit idle{w.last_busy + kIdleness, DeathCause::Timeout,
                     "neither asked for work nor left for 60 s"};
    return idle.at < silence.at ? idle : silence;
  }
  const Limit stuck{w.last_progress + e.timeout.scenario, DeathCause::Timeout,
                    "its batch made no progress within timeout.scenario"};
  return stuck.at < silence.at ? stuck : silence;
}

bool has_no_more_work(const WorkerFacts& w, const ExperimentFacts& e) {
  if (w.open_leases > 0) return false;
  if (w.used_up) return true;
  const PoolFacts* pool = find(e, w.worker.pool);
  // While others are at work one of them may fail and need this one.
  return !pool || (pool->waiting == 0 && pool->leased == 0);
}

// What its fleet says of it and the store does not know yet.
std::optional<Action> for_observed(const WorkerFacts& w) {
  const auto id = w.worker.id;
  const auto& seen = *w.seen;
  if (w.worker.state >= WorkerState::Exited) return std::nullopt;
  if (!seen.there) return RecordEnd{id, {.code = 0, .oom_killed = false, .vanished = true}};
  if (seen.exit) return RecordEnd{id, *seen.exit};
  if (seen.created_only) {
    // The order to start it was written down and never given.
    if (w.worker.state == WorkerState::Starting) return Start{id};
    if (w.worker.state == WorkerState::Creating) return Settle{id, WorkerState::Created, seen.handle};
    return std::nullopt;
  }
  if (w.worker.state < WorkerState::Starting) return Settle{id, WorkerState::Starting, seen.handle};
  return std::nullopt;
}

std::optional<Action> for_living(const WorkerFacts& w, const ExperimentFacts* e, SteadyPoint now) {
  const auto id = w.worker.id;
  if (w.worker.stop_wanted) return Kill{id, DeathCause::Stopped, "stopped on request"};
  if (!e || e->cancel_wanted) return Kill{id, DeathCause::Stopped, "its experiment was cancelled"};
  if (e->broken) return Kill{id, DeathCause::Stopped, "its experiment was given up"};
  if (const auto limit = limit_of(w, *e); limit && limit->at <= now)
    return Kill{id, limit->cause, limit->reason};
  if (w.worker.state == WorkerState::Created) return Start{id};
  if (w.worker.state == WorkerState::Ready && has_no_more_work(w, *e)) return Drain{id};
  return std::nullopt;
}

// Containers that a user wants to look into stay for a while, unless they were asked to go.
bool is_kept(const WorkerFacts& w, SteadyPoint now) {
  return w.keep_until && *w.keep_until > now && !w.worker.stop_wanted;
}

std::optional<Action> for_worker(const WorkerFacts& w, const ExperimentFacts* e, SteadyPoint now) {
  if (w.action_pending) return std::nullopt;
  if (w.seen) {
    if (auto action = for_observed(w)) return action;
  }
  switch (w.worker.state) {
    case WorkerState::Planned:
      // Planned by a controller that ended before it asked for a container: there is nothing to keep.
      return Kill{w.worker.id, DeathCause::LaunchTransient, "the controller ended before it was started"};
    case WorkerState::Exited:
      return Collect{w.worker.id};
    case WorkerState::Accounted:
    case WorkerState::Removing:
      if (is_kept(w, now)) return std::nullopt;
      return Remove{w.worker.id};
    case WorkerState::Gone:
      return std::nullopt;
    default:
      return for_living(w, e, now);
  }
}

// --- leases

EndLease ending_of(const LeaseFacts& lease) {
  if (lease.loss) return {lease.experiment, lease.lease, *lease.loss};
  Loss loss{.as = experiment::LeaseState::Expired,
            .cause = DeathCause::EngineLost,
            .reason = "its holder is gone",
            .worker = {}};
  if (lease.dead_holder) {
    loss.worker = lease.dead_holder->name;
    loss.reason = lease.dead_holder->reason;
    if (lease.dead_holder->cause != DeathCause::None) loss.cause = lease.dead_holder->cause;
  }
  return {lease.experiment, lease.lease, loss};
}

// --- fleets

void add_looks(const Facts& facts, std::vector<Action>& actions) {
  for (const auto& [name, fleet] : facts.fleets) {
    if (fleet.next_look && *fleet.next_look <= facts.now) actions.push_back(Look{name});
    for (const auto& orphan : fleet.orphans) {
      if (!orphan.action_pending && orphan.first_seen + kOrphanGrace <= facts.now)
        actions.push_back(RemoveOrphan{name, orphan.handle});
    }
  }
}

// --- launches

struct Room {
  std::uint64_t starts = 0;
  std::uint64_t memory = 0;  // bytes
  std::uint64_t live = 0;    // workers
};

bool is_starting(WorkerState state) {
  return state < WorkerState::Ready;
}

// By fleet: what its workers leave free.
std::map<std::string, Room> rooms_of(const Facts& facts) {
  std::map<std::string, Room> rooms;
  for (const auto& [name, fleet] : facts.fleets)
    rooms[name] = {.starts = fleet.capacity.starts_at_once, .memory = fleet.capacity.memory_bytes / 10 * 9};
  for (const auto& w : facts.workers) {
    const auto* e = find(facts, w.worker.experiment);
    Room& room = rooms[e ? e->fleet : w.worker.fleet];
    if (is_starting(w.worker.state)) room.starts -= std::min<std::uint64_t>(room.starts, 1);
    const auto* pool = e ? find(*e, w.worker.pool) : nullptr;
    if (w.worker.state >= WorkerState::Exited) continue;
    ++room.live;
    if (pool) room.memory -= std::min(room.memory, pool->memory);
  }
  return rooms;
}

// How an experiment stands while launches are shared out.
struct Share {
  const ExperimentFacts* experiment;
  std::uint64_t live = 0;
  std::map<int, std::uint64_t> live_in, free_in;  // by pool
};

Share share_of(const Facts& facts, const ExperimentFacts& e) {
  Share share{.experiment = &e, .live = 0, .live_in = {}, .free_in = {}};
  for (const auto& w : facts.workers) {
    if (w.worker.experiment != e.id || w.worker.state >= WorkerState::Exited) continue;
    ++share.live;
    ++share.live_in[w.worker.pool];
    const bool takes_work = w.worker.state < WorkerState::Draining && !w.used_up && !w.worker.stop_wanted;
    if (takes_work && w.open_leases == 0) ++share.free_in[w.worker.pool];
  }
  return share;
}

const PoolFacts* pool_in_need(const Share& share, std::uint64_t memory, bool nothing_lives) {
  const auto& e = *share.experiment;
  if (e.at_once && share.live >= *e.at_once) return nullptr;
  for (const auto& pool : e.pools) {
    const auto live = share.live_in.contains(pool.number) ? share.live_in.at(pool.number) : 0;
    const auto free = share.free_in.contains(pool.number) ? share.free_in.at(pool.number) : 0;
    // One worker is always allowed, or an experiment with a high limit could never begin on a small machine.
    const bool fits = pool.memory <= memory || nothing_lives;
    if (fits && live < pool.at_once && pool.due > free) return &pool;
  }
  return nullptr;
}

void add_launches(const Facts& facts, std::vector<Action>& actions) {
  auto rooms = rooms_of(facts);
  std::vector<Share> shares;
  for (const auto& e : facts.experiments) shares.push_back(share_of(facts, e));
  for (;;) {
    // The experiment with the fewest workers comes first, so that several share a fleet fairly.
    Share* chosen = nullptr;
    const PoolFacts* pool = nullptr;
    for (auto& share : shares) {
      if (is_over(share.experiment) || share.experiment->no_launch_before > facts.now) continue;
      const Room& room = rooms[share.experiment->fleet];
      if (room.starts == 0) continue;
      const auto* needy = pool_in_need(share, room.memory, room.live == 0);
      if (needy && (!chosen || share.live < chosen->live)) {
        chosen = &share;
        pool = needy;
      }
    }
    if (!chosen) return;
    actions.push_back(Launch{chosen->experiment->id, pool->number});
    ++chosen->live;
    ++chosen->live_in[pool->number];
    ++chosen->free_in[pool->number];
    Room& room = rooms[chosen->experiment->fleet];
    ++room.live;
    --room.starts;
    room.memory -= std::min(room.memory, pool->memory);
  }
}

}  // namespace

std::vector<Action> plan(const Facts& facts) {
  std::vector<Action> actions;
  for (const auto& e : facts.experiments) {
    if (auto reason = reason_to_abandon(e, facts.now)) {
      actions.push_back(Abandon{e.id, *reason});
      continue;
    }
    const bool cleared = std::none_of(facts.workers.begin(), facts.workers.end(), [&](const WorkerFacts& w) {
      return w.worker.experiment == e.id && w.worker.state < WorkerState::Accounted;
    });
    const bool removed = std::none_of(facts.workers.begin(), facts.workers.end(), [&](const WorkerFacts& w) {
      return w.worker.experiment == e.id && !is_kept(w, facts.now);
    });
    if (e.finished && cleared && removed) actions.push_back(Finish{e.id});
  }
  for (const auto& w : facts.workers) {
    if (auto action = for_worker(w, find(facts, w.worker.experiment), facts.now)) actions.push_back(*action);
  }
  for (const auto& lease : facts.leases) {
    if (!lease.action_pending) actions.push_back(ending_of(lease));
  }
  add_looks(facts, actions);
  add_launches(facts, actions);
  return actions;
}

std::optional<SteadyPoint> next_deadline(const Facts& facts) {
  std::optional<SteadyPoint> next;
  const auto consider = [&](SteadyPoint time) {
    if (time > facts.now && (!next || time < *next)) next = time;
  };
  for (const auto& [name, fleet] : facts.fleets) {
    if (fleet.next_look) consider(*fleet.next_look);
    for (const auto& orphan : fleet.orphans) consider(orphan.first_seen + kOrphanGrace);
  }
  for (const auto& e : facts.experiments) {
    consider(e.no_launch_before);
    if (e.deadline) consider(*e.deadline);
  }
  for (const auto& w : facts.workers) {
    const auto* e = find(facts, w.worker.experiment);
    if (w.action_pending) continue;
    if (!is_alive(w.worker.state)) {
      if (w.keep_until) consider(*w.keep_until);
    } else if (e) {
      if (const auto limit = limit_of(w, *e)) consider(limit->at);
    }
  }
  return next;
}

}  // namespace flowyard::controller::orchestrator
