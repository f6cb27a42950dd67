#include "controller/orchestrator/places.hpp"

#include <algorithm>
#include <tuple>

namespace flowyard::controller::orchestrator {
namespace {

using experiment::ExperimentId;
using experiment::WorkerState;

// What is free of a fleet.
struct Room {
  std::uint64_t starts = 0;
  std::uint64_t memory = 0;  // bytes
  std::uint64_t live = 0;    // workers
};

// How an experiment stands while places are shared out.
struct Share {
  const ExperimentFacts* experiment;
  std::uint64_t live = 0;
  std::uint64_t staying = 0;                      // of these: will ask for another lease
  std::map<int, std::uint64_t> live_in, free_in;  // by pool
  bool gives_up = false;                          // there is no place for it
};

struct Claim {
  Share* share = nullptr;
  const PoolFacts* pool = nullptr;
  bool out_of_turn = false;
};

bool has_ended(const WorkerFacts& w) {
  return w.worker.state >= WorkerState::Exited;
}

// It will ask for more work once what it holds is done.
bool will_stay(const WorkerFacts& w, const ExperimentFacts* e,
               const std::set<experiment::WorkerId>& handled) {
  if (!e || e->is_over() || w.worker.state >= WorkerState::Draining || w.used_up || w.worker.stop_wanted)
    return false;
  // All that is ever done about a ready worker ends it.
  const bool pending = w.action_pending || handled.contains(w.worker.id);
  return w.worker.state != WorkerState::Ready || !pending;
}

// By fleet: what its workers leave free.
std::map<std::string, Room> rooms_of(const Facts& facts) {
  std::map<std::string, Room> rooms;
  for (const auto& [name, fleet] : facts.fleets)
    rooms[name] = {.starts = fleet.capacity.starts_at_once, .memory = fleet.capacity.memory_bytes / 10 * 9};
  for (const auto& w : facts.workers) {
    const auto* e = facts.experiment(w.worker.experiment);
    Room& room = rooms[e ? e->fleet : w.worker.fleet];
    if (w.worker.state < WorkerState::Ready) room.starts -= std::min<std::uint64_t>(room.starts, 1);
    const auto* pool = e ? e->pool(w.worker.pool) : nullptr;
    if (has_ended(w)) continue;
    ++room.live;
    if (pool) room.memory -= std::min(room.memory, pool->memory);
  }
  return rooms;
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

// What comes first has the lesser one.
auto order_of(const Share& share) {
  const auto& e = *share.experiment;
  return std::tuple(-e.priority, share.live, e.served);
}

class Sharing {
 public:
  Sharing(const Facts& facts, const std::set<experiment::WorkerId>& handled);
  void share_out(std::vector<Action>& actions);

 private:
  std::optional<Claim> next_claim();
  bool is_patient(const Share& share) const {
    return share.live == 0 && facts_.now - share.experiment->served >= kPatience;
  }
  bool is_surplus(const WorkerFacts& w) const;
  bool may_take(const Claim& claim, const WorkerFacts& w) const;
  // The worker that is let go for `claim`; none for a limit that was lowered.
  const WorkerFacts* worker_to_spare(const Claim* claim) const;
  void let_go(const WorkerFacts& w, std::vector<Action>& actions);
  void give(const Claim& claim);
  const Share& share_of(const WorkerFacts& w) const { return shares_.at(w.worker.experiment); }

  const Facts& facts_;
  std::map<std::string, Room> rooms_;
  std::map<ExperimentId, Share> shares_;
  std::vector<const WorkerFacts*> staying_;
  std::uint64_t free_ = 0;    // places
  std::uint64_t coming_ = 0;  // places of workers that leave
  bool out_of_turn_;          // somebody may come before those of a higher priority
};

Sharing::Sharing(const Facts& facts, const std::set<experiment::WorkerId>& handled)
    : facts_(facts), rooms_(rooms_of(facts)), out_of_turn_(facts.now - facts.last_out_of_turn >= kPatience) {
  for (const auto& e : facts.experiments) shares_[e.id].experiment = &e;
  std::uint64_t live = 0;
  for (const auto& w : facts.workers) {
    if (has_ended(w)) continue;
    ++live;
    const auto found = shares_.find(w.worker.experiment);
    if (found == shares_.end()) continue;
    Share& share = found->second;
    ++share.live;
    ++share.live_in[w.worker.pool];
    const bool takes_work = w.worker.state < WorkerState::Draining && !w.used_up && !w.worker.stop_wanted;
    if (takes_work && w.open_leases == 0) ++share.free_in[w.worker.pool];
    if (!will_stay(w, share.experiment, handled)) continue;
    ++share.staying;
    staying_.push_back(&w);
  }
  free_ = facts.max_workers - std::min(facts.max_workers, live);
  const auto taken = free_ + staying_.size();
  coming_ = facts.max_workers - std::min<std::uint64_t>(facts.max_workers, taken);
  coming_ = std::min<std::uint64_t>(coming_, live - staying_.size());
}

std::optional<Claim> Sharing::next_claim() {
  Claim best, longest;
  for (auto& [id, share] : shares_) {
    const auto& e = *share.experiment;
    if (share.gives_up || e.is_over() || e.no_launch_before > facts_.now) continue;
    const Room& room = rooms_[e.fleet];
    if (room.starts == 0) continue;
    const auto* pool = pool_in_need(share, room.memory, room.live == 0);
    if (!pool) continue;
    if (!best.share || order_of(share) < order_of(*best.share)) best = {&share, pool, false};
    if (!is_patient(share)) continue;
    if (!longest.share || e.served < longest.share->experiment->served) longest = {&share, pool, true};
  }
  if (!best.share) return std::nullopt;
  if (out_of_turn_ && longest.share &&
      longest.share->experiment->priority < best.share->experiment->priority) {
    out_of_turn_ = false;
    return longest;
  }
  return best;
}

// There is nothing for it to do now.
bool Sharing::is_surplus(const WorkerFacts& w) const {
  const auto* pool = share_of(w).experiment->pool(w.worker.pool);
  return w.worker.state == WorkerState::Ready && w.open_leases == 0 && (!pool || pool->due == 0);
}

bool Sharing::may_take(const Claim& claim, const WorkerFacts& w) const {
  if (is_surplus(w)) return true;
  const Share& holder = share_of(w);
  // What was started for a lease has it first.
  if (&holder == claim.share || !w.served) return false;
  if (claim.out_of_turn) return true;
  const int more = claim.share->experiment->priority - holder.experiment->priority;
  if (more != 0) return more > 0;
  return is_patient(*claim.share) || holder.staying >= claim.share->live + 2;
}

const WorkerFacts* Sharing::worker_to_spare(const Claim* claim) const {
  const auto order = [&](const WorkerFacts& w) {
    const Share& holder = share_of(w);
    // Of whom it is missed least: then the idle one, then the one that has been there longest.
    return std::tuple(!is_surplus(w), holder.experiment->priority, ~holder.staying, w.open_leases > 0,
                      w.worker.id);
  };
  const WorkerFacts* chosen = nullptr;
  for (const auto* w : staying_) {
    if (w->worker.state != WorkerState::Ready || (claim && !may_take(*claim, *w))) continue;
    if (!chosen || order(*w) < order(*chosen)) chosen = w;
  }
  return chosen;
}

void Sharing::let_go(const WorkerFacts& w, std::vector<Action>& actions) {
  actions.push_back(Drain{w.worker.id});
  --shares_.at(w.worker.experiment).staying;
  std::erase(staying_, &w);
}

// As if its worker were there.
void Sharing::give(const Claim& claim) {
  Share& share = *claim.share;
  ++share.live;
  ++share.staying;
  ++share.live_in[claim.pool->number];
  ++share.free_in[claim.pool->number];
  Room& room = rooms_[share.experiment->fleet];
  ++room.live;
  --room.starts;
  room.memory -= std::min(room.memory, claim.pool->memory);
}

void Sharing::share_out(std::vector<Action>& actions) {
  while (staying_.size() > facts_.max_workers) {
    const auto* spared = worker_to_spare(nullptr);
    if (!spared) return;
    let_go(*spared, actions);
  }
  while (const auto claim = next_claim()) {
    if (free_ > 0) {
      --free_;
      actions.push_back(Launch{claim->share->experiment->id, claim->pool->number, claim->out_of_turn});
    } else if (coming_ > 0) {
      --coming_;
    } else if (const auto* spared = worker_to_spare(&*claim)) {
      let_go(*spared, actions);
    } else {
      claim->share->gives_up = true;
      continue;
    }
    give(*claim);
  }
}

}  // namespace

void share_places(const Facts& facts, const std::set<experiment::WorkerId>& handled,
                  std::vector<Action>& actions) {
  Sharing(facts, handled).share_out(actions);
}

std::map<ExperimentId, Queued> queued(const Facts& facts) {
  std::map<ExperimentId, std::uint64_t> live;
  std::uint64_t busy = 0;
  for (const auto& w : facts.workers) {
    if (has_ended(w)) continue;
    ++busy;
    ++live[w.worker.experiment];
  }
  std::map<ExperimentId, Queued> waiting;
  if (busy < facts.max_workers) return waiting;
  std::vector<std::tuple<int, SteadyPoint, ExperimentId>> order;
  for (const auto& e : facts.experiments) {
    const bool has_work =
        std::any_of(e.pools.begin(), e.pools.end(), [](const PoolFacts& pool) { return pool.due > 0; });
    if (live.contains(e.id) || e.is_over() || !has_work || e.no_launch_before > facts.now) continue;
    order.emplace_back(-e.priority, e.served, e.id);
  }
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i)
    waiting[std::get<ExperimentId>(order[i])] = {.busy = busy, .places = facts.max_workers, .before = i};
  return waiting;
}

std::string describe(const Queued& queued) {
  std::string text =
      "waiting: " + std::to_string(queued.busy) + " of " + std::to_string(queued.places) + " workers busy, ";
  if (queued.before == 0) return text + "next in turn";
  return text + std::to_string(queued.before) + (queued.before == 1 ? " experiment" : " experiments") +
         " before it";
}

}  // namespace flowyard::controller::orchestrator
