// The part of Orchestrator that stores what comes of leases: results, and scenarios that failed. What of a
// lease is on its way to the disk is counted, so that nobody ends the lease meanwhile.
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::LeaseState;

// Results of a lease on their way to the disk, which decide what is left of it.
class Orchestrator::CommitUnderWay {
 public:
  CommitUnderWay(Pinned<ActiveExperiment> experiment, experiment::LeaseId lease, async::Event& changed)
      : experiment_(std::move(experiment)), lease_(lease), changed_(changed) {
    auto* held = this->held();
    counted_ = held != nullptr;
    if (counted_) ++held->commits_under_way;
  }
  ~CommitUnderWay() {
    auto* held = this->held();  // none: that was all of it
    if (counted_ && held) --held->commits_under_way;
    changed_.notify();
  }
  CommitUnderWay(const CommitUnderWay&) = delete;
  CommitUnderWay& operator=(const CommitUnderWay&) = delete;

  HeldLease* held() const {
    const auto found = experiment_->leases.find(lease_);
    return found == experiment_->leases.end() ? nullptr : &found->second;
  }

 private:
  Pinned<ActiveExperiment> experiment_;
  experiment::LeaseId lease_;
  async::Event& changed_;
  bool counted_ = false;
};

Task<store::CommitResult> Orchestrator::store_commit(
    Pinned<ActiveExperiment> e, experiment::LeaseId lease,
    std::function<store::CommitResult(store::Store&)> commit_it,
    std::function<void(HeldLease& held, const store::CommitResult& result)> take) {
  store::CommitResult result;
  CommitUnderWay under_way(e, lease, changed_);
  // Past this point the store would still take it, while its scenarios are being given to others.
  if (const auto* held = under_way.held(); held && held->loss) co_return result;
  std::exception_ptr failure;
  std::string trouble;
  try {
    result = co_await store_.run(std::move(commit_it));
  } catch (const store::StoreFailure& failed) {
    failure = std::current_exception();
    trouble = trouble_of("results cannot be stored", failed);
  } catch (...) {
    failure = std::current_exception();
  }
  e->trouble = std::move(trouble);
  auto* held = under_way.held();
  // It made progress, whether or not that can be stored: a full disk is not its scenarios' fault.
  if (held && failure) held->last_progress = timer_.now();
  if (failure) std::rethrow_exception(failure);
  if (held && result.outcome == store::Commit::Stored) take(*held, result);
  co_return result;
}

Task<store::CommitResult> Orchestrator::commit(store::ChunkRow chunk, std::string token) {
  auto live = pin(chunk.worker);
  auto e = live ? pin(live->worker.experiment) : nullptr;
  if (!e) co_return store::CommitResult{};
  std::function<void(HeldLease&, const store::CommitResult&)> take =
      [this, e, live, range = chunk.range, seconds = chunk.compute_seconds](
          HeldLease& held, const store::CommitResult& result) {
        e->queue.committed(range, result.failed);
        e->compute_seconds += seconds;
        live->worker.compute_seconds += seconds;
        e->storm(live->worker.pool).committed();
        took(*e, held, *live, result, range.count);
      };
  const auto lease = chunk.lease;
  std::function<store::CommitResult(store::Store&)> commit_it =
      [chunk = std::move(chunk), token = std::move(token), now = clock_.now()](store::Store& store) {
        return store.commit(chunk, token, now);
      };
  co_return co_await store_commit(std::move(e), lease, std::move(commit_it), std::move(take));
}

Task<store::CommitResult> Orchestrator::commit(store::FailedChunkRow chunk, std::vector<Loss> losses,
                                               std::string token) {
  auto live = pin(chunk.worker);
  auto e = live ? pin(live->worker.experiment) : nullptr;
  const auto found = e ? e->leases.find(chunk.lease) : std::map<experiment::LeaseId, HeldLease>::iterator();
  if (!e || found == e->leases.end()) co_return store::CommitResult{};
  std::vector<LossPlan> plans;
  for (std::size_t at = 0; at < losses.size(); ++at) {
    losses[at].worker = live->worker.name;
    auto plan = e->queue.plan_failure(found->second.lease, chunk.range.first + at, losses[at]);
    for (const auto& again : plan.again)
      chunk.again.push_back(
          {.range = again.range, .tries = again.tries, .not_before = clock_.now() + again.pause});
    for (const auto& failed : plan.given_up) chunk.given_up.push_back(failed);
    plans.push_back(std::move(plan));
  }
  std::function<void(HeldLease&, const store::CommitResult&)> take =
      [this, e, live, losses = std::move(losses), plans = std::move(plans)](
          HeldLease& held, const store::CommitResult& result) {
        for (std::size_t at = 0; at < plans.size(); ++at) {
          e->queue.lost(plans[at], timer_.now());
          const bool again = !plans[at].again.empty();
          e->retries += again ? 1 : 0;
          publish_event(e->id, "lease",
                        {{"worker", losses[at].worker},
                         {"cause", std::string(to_string(losses[at].cause))},
                         {"reason", losses[at].reason},
                         {"retried", again ? "yes" : "no"}});
        }
        took(*e, held, *live, result, 0);
      };
  const auto lease = chunk.lease;
  std::function<store::CommitResult(store::Store&)> commit_it =
      [chunk = std::move(chunk), token = std::move(token), now = clock_.now()](store::Store& store) {
        return store.commit(chunk, token, now);
      };
  co_return co_await store_commit(std::move(e), lease, std::move(commit_it), std::move(take));
}

// So many more scenarios of it have results.
void Orchestrator::took(ActiveExperiment& e, HeldLease& held, LiveWorker& live,
                        const store::CommitResult& result, std::uint64_t count) {
  const auto token = held.lease.token;
  held.lease = result.lease;
  held.lease.token = token;
  held.last_progress = live.last_heard = live.last_busy = timer_.now();
  live.worker.runs += count;
  live.worker.last_heard = clock_.now();
  if (result.lease.state == LeaseState::Done) e.leases.erase(result.lease.id);
  publish_progress(e, e.queue.finished());
}

}  // namespace flowyard::controller::orchestrator
