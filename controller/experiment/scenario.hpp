// Scenario: one point of an experiment, and what a batch of them shares. Produced by experiment/design from
// an index, never stored. Plain values; the pointers in settings live as long as the ScenarioSpace that
// made them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "controller/experiment/lease.hpp"
#include "controller/experiment/parameter.hpp"

namespace flowyard::controller::experiment {

// What noise depends on: a number of its own for each sample and replication, wherever the scenario stands
// in the grid. Neither more samples nor more replications change an earlier one's. Replications are at
// most kMaxReplications.
constexpr std::uint64_t draw_of(std::uint64_t sample, std::uint64_t replication) {
  return sample << 24 | replication;
}
inline constexpr std::uint64_t kMaxReplications = std::uint64_t{1} << 24;

using SettingValue = std::variant<double, const Array*, const Series*>;

struct Setting {
  std::string name;
  Target target = Target::Parameter;
  SettingValue value;
};

struct ScenarioPoint {
  std::uint64_t index = 0;
  std::uint32_t named = 0;   // into Experiment::scenarios
  std::uint32_t region = 0;  // into Experiment::regions; 0 where there are none
  std::uint64_t point = 0;   // design point in the grid of this named scenario's axes
  std::uint64_t sample = 0;
  std::uint64_t replication = 0;
  std::uint64_t draw = 0;  // draw_of(sample, replication)
  std::vector<Setting> settings;
};

// A run of indices that share named scenario and region, and so program, resources and the names that are
// set. A batch never crosses the end of its group.
struct ScenarioGroup {
  std::uint64_t first = 0;
  std::uint64_t end = 0;  // one past the last
  std::uint32_t named = 0;
  std::uint32_t region = 0;
  std::vector<Setting> common;   // the same for all of the group
  std::vector<Setting> varying;  // names and targets of what differs, in column order; values unused
};

// What a table of results has a row for: one named scenario in one region at one point of its axes. Samples
// and replications are its runs.
struct ScenarioRow {
  std::uint64_t number = 0;
  std::uint32_t named = 0;   // into Experiment::scenarios
  std::uint32_t region = 0;  // into Experiment::regions; 0 where there are none
  std::uint64_t point = 0;
  std::vector<Setting> settings;  // those that all of its runs share: what is not drawn
  std::vector<IndexRange> runs;   // rising
};

// The scenarios of a batch, column by column.
struct ScenarioColumns {
  std::vector<std::vector<double>> values;  // one column for each of ScenarioGroup::varying
  std::vector<std::uint64_t> draws;
};

}  // namespace flowyard::controller::experiment
