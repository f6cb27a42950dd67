// The part of Orchestrator that acts: what plan() asked for, one task per action. Every action pins what it
// works on, reads it again after each co_await, since others move meanwhile, and is safe to repeat.
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::WorkerId;

namespace {

// Between tries of an action that failed.
constexpr Milliseconds kActionPause{1'000};

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
// Clang before 17 wants to be told.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

void Orchestrator::apply(const Action& action) {
  const auto act = Overloaded{
      [&](const Launch& a) {
        launching_.emplace(a.experiment, a.pool);
        if (a.out_of_turn) last_out_of_turn_ = timer_.now();
        tasks_.spawn("launch", launch(a));
      },
      [&](const Start& a) { start_action(a.worker, "start", bring_up(pin(a.worker))); },
      [&](const Settle& a) { start_action(a.worker, "settle", settle(pin(a.worker), a)); },
      [&](const RecordEnd& a) { start_action(a.worker, "record end", record_end(pin(a.worker), a.exit)); },
      [&](const EndLease& a) {
        auto e = pin(a.experiment);
        if (!e || !e->leases.contains(a.lease)) return;
        auto& held = e->leases.at(a.lease);
        held.loss = a.loss;
        held.action_pending = true;
        tasks_.spawn("end lease", end_lease(a));
      },
      [&](const Drain& a) { start_action(a.worker, "drain", drain(pin(a.worker))); },
      [&](const Kill& a) { start_action(a.worker, "kill", kill(pin(a.worker), a)); },
      [&](const Collect& a) { start_action(a.worker, "collect", collect(pin(a.worker))); },
      [&](const Remove& a) { start_action(a.worker, "remove", remove(pin(a.worker))); },
      [&](const Look& a) {
        watches_.at(a.fleet).looking = true;
        tasks_.spawn("look", look(a.fleet));
      },
      [&](const RemoveOrphan& a) {
        // A look that stood before it in the same plan may have found it gone already.
        auto& orphans = watches_.at(a.fleet).orphans;
        const auto found = orphans.find(a.handle);
        if (found == orphans.end()) return;
        found->second.action_pending = true;
        tasks_.spawn("remove orphan", remove_orphan(a));
      },
      [&](const MakeSpare& a) {
        watches_.at(a.fleet).spare_pending = true;
        unbroken_.spawn("make spare", keep_spare(a.fleet, true));
      },
      [&](const ReleaseSpare& a) {
        watches_.at(a.fleet).spare_pending = true;
        unbroken_.spawn("release spare", keep_spare(a.fleet, false));
      },
      [&](const Abandon& a) { abandon(a); },
      [&](const Finish& a) {
        finishing_.insert(a.experiment);
        tasks_.spawn("finish", finish(pin(a.experiment)));
      }};
  std::visit(act, action);
}

void Orchestrator::abandon(const Abandon& action) {
  auto e = pin(action.experiment);
  if (!e) return;
  if (!action.reason.empty() && !e->broken) {
    log_.warning("experiment given up", {{"experiment", e->id.value}, {"reason", action.reason}});
    e->broken = action.reason;
  }
  e->queue.close();
  changed_.notify();
}

void Orchestrator::start_action(WorkerId worker, std::string name, Task<> task) {
  auto live = pin(worker);
  if (!live) return;
  live->action_pending = true;
  live->acted_on();  // else the plan would say the same again
  tasks_.spawn(std::move(name), with_action_pending(std::move(live), std::move(task)));
}

Task<std::string> Orchestrator::failure_of(Task<> task) {
  std::string failure;
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  co_return failure;
}

Task<> Orchestrator::with_action_pending(Pinned<LiveWorker> live, Task<> task) {
  const std::string failure = co_await failure_of(std::move(task));
  if (!failure.empty()) {
    // The Engine may be restarting, the disk full: say so, wait a little, and let the plan ask again.
    log_.warning("an action on a worker failed and will be repeated",
                 {{"worker", live->worker.id.value}, {"error", failure}});
    co_await async::sleep_for(timer_, kActionPause);
  }
  live->action_pending = false;
  ++live->revision;
  changed_.notify();
}

}  // namespace flowyard::controller::orchestrator
