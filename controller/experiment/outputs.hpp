// The outputs that an experiment requests: series, outcomes and sums across regions. Plain values; any
// thread.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::experiment {

// A number computed from a scenario's series, such as final: last(Population).
struct Outcome {
  std::string name;
  std::string expression;
  bool may_be_undefined = false;  // it asks when something happens, which may never be

  bool operator==(const Outcome&) const = default;
};

enum class Aggregate { Sum, Mean, Min, Max };

// A series made of one variable's series in all regions, saved time by saved time, for each named
// scenario, design point and draw.
struct AcrossRegions {
  std::string name;
  Aggregate aggregate = Aggregate::Sum;
  std::string series;  // a variable of the model; stands in Outputs::series too

  bool operator==(const AcrossRegions&) const = default;
};

struct Outputs {
  std::vector<std::string> series;  // variables of the model, as the file writes them
  std::vector<Outcome> outcomes;
  std::vector<AcrossRegions> across_regions;
  std::vector<std::string> files = {};  // that a program writes, by patterns: "plots/*.png"
  std::vector<double> times;            // at which series are kept, rising; empty: all that a run saves

  bool operator==(const Outputs&) const = default;
};

const char* to_string(Aggregate aggregate);  // "sum", "mean", "min", "max"

}  // namespace flowyard::controller::experiment
