// Budget: what somebody may start, and what of it is taken. Plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::experiment {

// Of an experiment, or of all that were started on one account; runs as they are, the rest by estimate.
struct Spending {
  std::uint64_t runs = 0;  // scenarios
  double cpu_seconds = 0;
  std::uint64_t output_bytes = 0;  // as they are stored

  bool operator==(const Spending&) const = default;
};

// What is not given is not limited. Runs, CPU time and output are of all experiments together, workers of
// each.
struct Budget {
  std::optional<std::uint64_t> runs, workers;
  std::optional<double> cpu_seconds;
  std::optional<std::uint64_t> output_bytes;

  bool empty() const { return !runs && !workers && !cpu_seconds && !output_bytes; }
  // Whether more has to be known of an experiment than how many runs it has.
  bool wants_estimate() const { return cpu_seconds || output_bytes; }
  bool operator==(const Budget&) const = default;
};

// "runs=1000,workers=4,cpu_seconds=600,output_bytes=1000000000", in any order; empty: no limit.
Result<Budget> parse_budget(std::string_view text);
std::string to_string(const Budget& budget);

// What is charged on whom.
struct Charge {
  std::string account;
  Budget budget;
};

// Why `more` is more than is left, or empty.
std::string exceeded(const Budget& budget, const Spending& taken, const Spending& more);

}  // namespace flowyard::controller::experiment
