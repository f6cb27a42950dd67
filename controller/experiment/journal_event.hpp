// JournalEvent: what happened to an experiment, for watchers. A plain value; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "common/base/clock.hpp"
#include "controller/experiment/ids.hpp"

namespace flowyard::controller::experiment {

using EventValue = std::variant<std::string, std::int64_t>;

// One line of the journal: what happened, for watchers. `id` grows.
struct JournalEvent {
  std::int64_t id = 0;
  TimePoint time{};
  ExperimentId experiment;
  std::string type;  // "experiment", "worker", "progress", "lease", "note"
  std::map<std::string, EventValue> fields;
};

}  // namespace flowyard::controller::experiment
