#include "controller/orchestrator/storm.hpp"

#include <algorithm>

namespace flowyard::controller::orchestrator {

using experiment::DeathCause;

namespace {

constexpr std::uint64_t kLeastDeaths = 5;

std::string seconds(Milliseconds span) {
  const auto whole = span.count() / 1'000;
  return whole * 1'000 == span.count() ? std::to_string(whole) + " s" : std::to_string(span.count()) + " ms";
}

}  // namespace

Storm::Storm(std::uint64_t workers_at_once) : enough_(std::max(kLeastDeaths, 2 * workers_at_once)) {}

void Storm::died(DeathCause cause) {
  if (cause == DeathCause::None || experiment::is_infrastructure(cause)) return;
  if (cause != cause_) committed();
  cause_ = cause;
  ++deaths_;
}

void Storm::died_of(std::uint64_t scenario, DeathCause cause) {
  if (rages() && cause == cause_) alone_.insert(scenario);
}

void Storm::died_idle(DeathCause cause) {
  died(cause);
  if (cause == cause_) ++idle_;
}

void Storm::committed() {
  cause_ = DeathCause::None;
  deaths_ = idle_ = 0;
  alone_.clear();
}

std::string reason_of(const Storm& storm, const experiment::ResourceClass& resources,
                      const experiment::Timeouts& timeout) {
  const std::string all = "nothing gets done: one try after the other, single scenarios too, ";
  switch (storm.cause()) {
    case DeathCause::Oom:
      return all + "ran out of memory; raise workers.memory (now " + std::to_string(resources.memory >> 20) +
             " MiB)";
    case DeathCause::Timeout:
      return all + "made no progress in time; raise timeout.scenario (now " + seconds(timeout.scenario) +
             "), or see whether the model ends";
    default:
      return all + "ended with an error; `flowyard why` and `flowyard log` show which";
  }
}

}  // namespace flowyard::controller::orchestrator
