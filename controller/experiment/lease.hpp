// Lease: a run of consecutive scenarios handed to one worker, with a token; only its holder may commit its
// results. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/experiment/ids.hpp"
#include "controller/experiment/worker.hpp"

namespace flowyard::controller::experiment {

enum class LeaseState {
  Open,     // its holder may commit
  Done,     // every scenario of it is committed
  Expired,  // its holder died or went silent
  Revoked,  // taken back by us
};

std::string_view to_string(LeaseState state);

// A half-open run of scenario indices.
struct IndexRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;

  std::uint64_t end() const { return first + count; }
  bool operator==(const IndexRange&) const = default;
};

// What two ranges have in common; count 0 if nothing.
IndexRange overlap(IndexRange a, IndexRange b);

// How often a range was tried already, by who was to blame.
struct Tries {
  int own = 0;             // the scenario's own failures; counted only while it is alone in its batch
  int infrastructure = 0;  // the machine's
  bool operator==(const Tries&) const = default;
};

struct Lease {
  LeaseId id;
  ExperimentId experiment;
  WorkerId worker;
  std::string token;
  IndexRange range;
  std::uint64_t committed = 0;  // scenarios of it whose results are stored, from the front
  Tries tries;                  // before this lease
  LeaseState state = LeaseState::Open;
  TimePoint opened{};
  TimePoint last_progress{};

  IndexRange remainder() const { return {range.first + committed, range.count - committed}; }
};

// A scenario that will not be tried again.
struct FailedScenario {
  std::uint64_t index = 0;
  DeathCause cause = DeathCause::None;
  std::string reason;
  int attempts = 0;
  std::string worker;  // the name of the last that tried
};

}  // namespace flowyard::controller::experiment
