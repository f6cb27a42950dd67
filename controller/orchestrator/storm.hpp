// Storm: whether the workers of a pool die the same way again and again while nothing gets done, as they do
// when a limit is too low for every scenario. Halving alone would go on for thousands of deaths. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "controller/experiment/policy.hpp"
#include "controller/experiment/resources.hpp"
#include "controller/experiment/worker.hpp"

namespace flowyard::controller::orchestrator {

class Storm {
 public:
  // `workers_at_once` of the pool: so many deaths may have one cause by bad luck.
  explicit Storm(std::uint64_t workers_at_once = 1);

  // A worker died of that, or failed its lease. The machine's own failures say nothing about the scenarios
  // and are passed over; a scenario's own failure of another kind begins to count anew.
  void died(experiment::DeathCause cause);
  // It had that scenario alone.
  void died_of(std::uint64_t scenario, experiment::DeathCause cause);
  // It had nothing to do yet.
  void died_idle(experiment::DeathCause cause);
  // Something was committed.
  void committed();

  // From now on single scenarios are tried: the last max(5, 2 x pool) deaths had one cause.
  bool rages() const { return deaths_ >= enough_; }
  // As many single ones have failed, too, or as many workers died before they had any: nothing of this pool
  // will ever be done.
  bool is_hopeless() const { return rages() && (alone_.size() >= enough_ || idle_ >= enough_); }
  experiment::DeathCause cause() const { return cause_; }

 private:
  std::uint64_t enough_;
  experiment::DeathCause cause_ = experiment::DeathCause::None;
  std::uint64_t deaths_ = 0, idle_ = 0;
  std::set<std::uint64_t> alone_;  // scenarios that failed alone while it raged
};

// Why the experiment is given up, and which setting to change.
std::string reason_of(const Storm& storm, const experiment::ResourceClass& resources,
                      const experiment::Timeouts& timeout);

}  // namespace flowyard::controller::orchestrator
