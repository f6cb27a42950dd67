// The life of a submitted experiment. One that has ended may go on in another round: what is left of it, what
// failed, or further samples. `desired` is written by users only, the state by the controller only.
#pragma once

#include <optional>
#include <string_view>

namespace flowyard::controller::experiment {

enum class ExperimentState {
  Running,     // has scenarios to run or workers to clear away
  Succeeded,   // every scenario is done
  Incomplete,  // ended; some scenarios failed, within what the experiment tolerates or not
  Failed,      // could not run, or more failed than tolerated
  Cancelled,   // a user ended it
  Paused,      // a user paused it: open leases ended, and no new ones begin
};

inline constexpr bool is_final(ExperimentState state) {
  return state != ExperimentState::Running;
}

inline constexpr std::string_view to_string(ExperimentState state) {
  switch (state) {
    case ExperimentState::Running:
      return "running";
    case ExperimentState::Succeeded:
      return "succeeded";
    case ExperimentState::Incomplete:
      return "incomplete";
    case ExperimentState::Failed:
      return "failed";
    case ExperimentState::Cancelled:
      return "cancelled";
    case ExperimentState::Paused:
      return "paused";
  }
  return "running";
}

inline std::optional<ExperimentState> experiment_state_from(std::string_view word) {
  using enum ExperimentState;
  for (auto state : {Running, Succeeded, Incomplete, Failed, Cancelled, Paused}) {
    if (to_string(state) == word) return state;
  }
  return std::nullopt;
}

}  // namespace flowyard::controller::experiment
