// Comparison: how far two results of the same scenarios are apart. Blocks are added as they are read; nothing
// of them is kept but the largest differences. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/results/tables.hpp"

namespace flowyard::controller::results {

// The largest difference of one outcome or series, and where it is.
struct Difference {
  std::string name;
  std::string kind;     // "outcome", "series"
  double absolute = 0;  // |first - second|; infinite where only one of the two is a number
  double relative = 0;  // of the larger of both values' sizes
  std::uint64_t scenario = 0;
  std::string element;  // of a series by subscript
  std::optional<double> time;
  double first = 0, second = 0;
  std::uint64_t compared = 0;  // values
};

class Comparison {
 public:
  // The scenarios `range`, which both hold. False: their series are saved at other times, and were left out.
  bool add(const ResultBlock& first, const ResultBlock& second, experiment::IndexRange range);

  // By outcome and series that both have, in the order of the first.
  const std::vector<Difference>& differences() const { return differences_; }
  std::uint64_t scenarios() const { return scenarios_; }

 private:
  Difference& difference(const std::string& name, const char* kind);

  std::vector<Difference> differences_;
  std::uint64_t scenarios_ = 0;
};

}  // namespace flowyard::controller::results
