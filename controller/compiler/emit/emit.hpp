// emit: the resolved graph to a Program. Every node that is needed goes to the first section that can compute
// it and serves all that need it: what depends on parameters only is hoisted to `invariant`; what only saves
// need is computed only at saves. Slots of intermediate values are used again when their value is dead.
#pragma once

#include <string>
#include <vector>

#include "controller/compiler/emit/order.hpp"
#include "controller/compiler/lower/lower_context.hpp"
#include "controller/model/diagnostics.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

struct WantedSeries {
  std::string name;
  std::vector<std::string> elements;
  std::vector<InstanceId> values;
};

struct WantedOutcome {
  std::string name;
  FileLocation location;
  InstanceId value = 0;
};

struct Wanted {
  std::vector<WantedSeries> series;
  std::vector<WantedOutcome> outcomes;
  InstanceId settings[4] = {};          // during steps
  InstanceId initial_settings[4] = {};  // at the start
};

engine::Program emit(const LowerContext& lowering, const Resolved& resolved, const Wanted& wanted,
                     model::Diagnostics& diagnostics);

}  // namespace flowyard::controller::compiler
