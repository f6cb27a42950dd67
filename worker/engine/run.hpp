// RunInput, RunOutput: the input and the output of a batch of runs of one Program. A lane is one run. Plain
// values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

// One name, by lane: values[element * lanes + lane]. A lookup takes one number per lane for each element (or
// one element for all) in place of its table. The name may be of one element ("share[north]"); later entries
// override earlier ones.
struct Column {
  std::string name = {};
  std::size_t elements = 1;
  std::vector<double> values = {};
};

// A parameter as a series over time, linear between the points and constant outside, the same in all lanes;
// for a lookup, its new points. xs strictly increase; ys has one row for each element (or one for all).
struct SeriesParameter {
  std::string name = {};
  std::vector<double> xs = {};
  std::vector<std::vector<double>> ys = {};
};

struct RunInput {
  std::size_t lanes = 1;
  std::uint64_t seed = 0;
  std::vector<std::uint64_t> draws = {};  // by lane, the number of its replication; empty: all 0
  std::vector<Column> parameters = {};
  std::vector<Column> initials = {};  // of stocks; elements in the order of the stock's own
  std::vector<SeriesParameter> series_parameters = {};
  std::optional<double> start = {};
  std::optional<double> stop = {};
  std::optional<double> step = {};
  std::optional<double> save_every = {};
  std::optional<Method> method = {};
};

struct Series {
  std::string name = {};
  std::vector<std::string> elements = {};  // one empty text for a scalar
  std::vector<double> values = {};         // [(saved * elements + element) * lanes + lane]
};

struct RunOutput {
  std::vector<double> times = {};  // of the saves, the same for all lanes
  std::vector<Series> series = {};
  std::vector<std::string> outcome_names = {};
  std::vector<std::vector<double>> outcomes = {};  // [outcome][lane]
  bool interrupted = false;                        // keep_going returned false: the rest is not meaningful
};

// The first error of an input: an unknown name, a wrong shape, a bad time setting.
Result<void> check(const Program& program, const RunInput& input);

// Limits, so that a request cannot exhaust its host.
inline constexpr double kMaxSteps = 1e9;
inline constexpr double kMaxOutputValues = 5e8;
inline constexpr double kMaxSaves = 2e8;

}  // namespace flowyard::worker::engine
