// The policies of an experiment: timeouts, retries, tolerated failures, and kept workers. Plain values; any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace flowyard::controller::experiment {

using Duration = std::chrono::milliseconds;

struct Timeouts {
  Duration scenario = std::chrono::seconds(60);  // without progress of its batch
  Duration start = std::chrono::seconds(60);     // from the order to create a worker until its hello
  std::optional<Duration> experiment;            // from submission to the end; none: no limit

  bool operator==(const Timeouts&) const = default;
};

// The causes of failure that are a scenario's own. What the infrastructure does to a scenario is always
// tried again and counts against another budget.
enum class RetryCause { AppExit, Oom, Timeout };

struct Backoff {
  Duration initial = std::chrono::seconds(1);
  Duration max = std::chrono::seconds(30);

  bool operator==(const Backoff&) const = default;
};

struct Retry {
  std::uint32_t attempts = 3;  // in all, the first included
  Backoff backoff;
  std::vector<RetryCause> when{RetryCause::AppExit, RetryCause::Oom, RetryCause::Timeout};

  bool operator==(const Retry&) const = default;
};

struct FailureFraction {
  double value = 1;  // 0..1

  bool operator==(const FailureFraction&) const = default;
};
struct FailureCount {
  std::uint64_t value = 0;

  bool operator==(const FailureCount&) const = default;
};

// An experiment with more failed scenarios than this stops. The default tolerates them all, so that the
// remaining scenarios are computed.
struct Failures {
  std::variant<FailureFraction, FailureCount> max;

  // Whether `failed` of `total` scenarios is more than is tolerated.
  bool exceeded(std::uint64_t failed, std::uint64_t total) const;
  // How many of `total` are borne; none: all.
  std::optional<std::uint64_t> most(std::uint64_t total) const;

  bool operator==(const Failures&) const = default;
};

// The treatment of a scenario whose results hold NaN or infinity without a reason in the model.
enum class NotFinite {
  Mark,    // done, counted and shown as not finite
  Fail,    // failed; its results are kept all the same
  Ignore,  // done
};

enum class KeepWorkers { Never, OnFailure, Always };

// Containers kept for inspection, and for how long.
struct Keep {
  KeepWorkers workers = KeepWorkers::Never;
  Duration ttl = std::chrono::hours(1);

  bool operator==(const Keep&) const = default;
};

const char* to_string(RetryCause cause);  // "app_exit", "oom", "timeout"
const char* to_string(KeepWorkers keep);  // "never", "on-failure", "always"

}  // namespace flowyard::controller::experiment
