#include "controller/orchestrator/plan.hpp"

#include <algorithm>
#include <set>

#include "controller/orchestrator/places.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using experiment::DeathCause;
using experiment::WorkerState;

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
  const PoolFacts* pool = e.pool(w.worker.pool);
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

// One is made when nothing else is being started; it would only be in the way then.
void add_spares(const Facts& facts, std::vector<Action>& actions) {
  const bool idle = facts.experiments.empty() && facts.workers.empty();
  const bool is_wanted = !idle || facts.now < facts.last_active + kSpareKept;
  for (const auto& [name, fleet] : facts.fleets) {
    if (fleet.spare_pending) continue;
    const bool starting = std::any_of(facts.workers.begin(), facts.workers.end(),
                                      [&](const auto& w) { return w.worker.state < WorkerState::Ready; });
    const bool launches = std::any_of(actions.begin(), actions.end(), [](const auto& action) {
      return std::holds_alternative<Launch>(action);
    });
    if (fleet.spare == fleet::Spare::There && !is_wanted) actions.push_back(ReleaseSpare{name});
    if (fleet.spare == fleet::Spare::Missing && is_wanted && !starting && !launches &&
        fleet.no_spare_before <= facts.now)
      actions.push_back(MakeSpare{name});
  }
}

}  // namespace

const ExperimentFacts* Facts::experiment(experiment::ExperimentId id) const {
  const auto found = std::find_if(experiments.begin(), experiments.end(),
                                  [id](const ExperimentFacts& e) { return e.id == id; });
  return found == experiments.end() ? nullptr : &*found;
}

const PoolFacts* ExperimentFacts::pool(int number) const {
  const auto found =
      std::find_if(pools.begin(), pools.end(), [number](const PoolFacts& p) { return p.number == number; });
  return found == pools.end() ? nullptr : &*found;
}

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
  std::set<experiment::WorkerId> handled;
  for (const auto& w : facts.workers) {
    auto action = for_worker(w, facts.experiment(w.worker.experiment), facts.now);
    if (!action) continue;
    actions.push_back(std::move(*action));
    handled.insert(w.worker.id);
  }
  for (const auto& lease : facts.leases) {
    if (!lease.action_pending) actions.push_back(ending_of(lease));
  }
  add_looks(facts, actions);
  share_places(facts, handled, actions);
  add_spares(facts, actions);
  return actions;
}

std::optional<SteadyPoint> next_deadline(const Facts& facts) {
  std::optional<SteadyPoint> next;
  const auto consider = [&](SteadyPoint time) {
    if (time > facts.now && (!next || time < *next)) next = time;
  };
  consider(facts.last_out_of_turn + kPatience);
  for (const auto& [name, fleet] : facts.fleets) {
    if (fleet.next_look) consider(*fleet.next_look);
    for (const auto& orphan : fleet.orphans) consider(orphan.first_seen + kOrphanGrace);
    if (fleet.spare == fleet::Spare::There) consider(facts.last_active + kSpareKept);
    if (fleet.spare == fleet::Spare::Missing) consider(fleet.no_spare_before);
  }
  for (const auto& e : facts.experiments) {
    consider(e.no_launch_before);
    consider(e.served + kPatience);
    if (e.deadline) consider(*e.deadline);
  }
  for (const auto& w : facts.workers) {
    const auto* e = facts.experiment(w.worker.experiment);
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
