#include "controller/experiment/worker.hpp"

#include <array>
#include <utility>

namespace flowyard::controller::experiment {
namespace {

template <class Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<WorkerState, 10> kStates{{
    {WorkerState::Planned, "planned"},
    {WorkerState::Creating, "creating"},
    {WorkerState::Created, "created"},
    {WorkerState::Starting, "starting"},
    {WorkerState::Ready, "ready"},
    {WorkerState::Draining, "draining"},
    {WorkerState::Exited, "exited"},
    {WorkerState::Accounted, "accounted"},
    {WorkerState::Removing, "removing"},
    {WorkerState::Gone, "gone"},
}};

constexpr Words<DeathCause, 10> kCauses{{
    {DeathCause::None, "none"},
    {DeathCause::LaunchPermanent, "launch_permanent"},
    {DeathCause::LaunchTransient, "launch_transient"},
    {DeathCause::AppExit, "app_exit"},
    {DeathCause::Oom, "oom"},
    {DeathCause::Timeout, "timeout"},
    {DeathCause::HeartbeatLost, "heartbeat_lost"},
    {DeathCause::EngineLost, "engine_lost"},
    {DeathCause::NotFinite, "not_finite"},
    {DeathCause::Stopped, "stopped"},
}};

template <class Table, class Enum>
std::string_view word_in(const Table& table, Enum value) {
  for (const auto& [candidate, word] : table) {
    if (candidate == value) return word;
  }
  return "?";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_in(const Words<Enum, N>& table, std::string_view word) {
  for (const auto& [value, candidate] : table) {
    if (candidate == word) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(WorkerState state) {
  return word_in(kStates, state);
}
std::optional<WorkerState> worker_state_from(std::string_view word) {
  return value_in(kStates, word);
}
std::string_view to_string(DeathCause cause) {
  return word_in(kCauses, cause);
}
std::optional<DeathCause> death_cause_from(std::string_view word) {
  return value_in(kCauses, word);
}

bool may_follow(WorkerState from, WorkerState to) {
  using enum WorkerState;
  switch (to) {
    case Planned:
      return false;
    case Creating:
      return from == Planned;
    case Created:
      return from == Creating;
    case Starting:
      return from == Creating || from == Created;
    // A hello may arrive before the reply to our start, and a restarted controller receives hellos first.
    case Ready:
      return from == Creating || from == Created || from == Starting;
    case Draining:
      return from == Ready;
    // Whatever was planned or may exist can be seen to have ended.
    case Exited:
      return from < Exited;
    case Accounted:
      return from == Exited;
    case Removing:
      return from == Accounted;
    case Gone:
      return from == Removing || from == Accounted;
  }
  return false;
}

bool is_infrastructure(DeathCause cause) {
  return cause == DeathCause::LaunchTransient || cause == DeathCause::HeartbeatLost ||
         cause == DeathCause::EngineLost || cause == DeathCause::Stopped;
}

DeathCause cause_of(const Exit& exit) {
  if (exit.oom_killed) return DeathCause::Oom;
  constexpr int kKilled = 128 + 9;
  constexpr int kTerminated = 128 + 15;
  if (exit.vanished || exit.code == kKilled || exit.code == kTerminated) return DeathCause::EngineLost;
  return exit.code == 0 ? DeathCause::None : DeathCause::AppExit;
}

std::string describe(DeathCause cause, const std::optional<Exit>& exit) {
  const std::string code = exit && !exit->vanished ? " (exit code " + std::to_string(exit->code) + ")" : "";
  switch (cause) {
    case DeathCause::None:
      return "finished" + code;
    case DeathCause::LaunchPermanent:
      return "could not be started";
    case DeathCause::LaunchTransient:
      return "could not be started this time";
    case DeathCause::AppExit:
      return "exited with an error" + code;
    case DeathCause::Oom:
      return "ran out of memory" + code;
    case DeathCause::Timeout:
      return "made no progress in time and was stopped" + code;
    case DeathCause::HeartbeatLost:
      return "went silent" + code;
    case DeathCause::EngineLost:
      return exit && exit->vanished ? "vanished" : "was killed from outside" + code;
    case DeathCause::NotFinite:
      return "gave results that are not finite";
    case DeathCause::Stopped:
      return "was stopped" + code;
  }
  return "ended";
}

}  // namespace flowyard::controller::experiment
