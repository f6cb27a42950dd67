// order: which instance must be computed before which; then the second graph, in which references between
// instances are resolved. Loops are reported name by name.
#pragma once

#include <vector>

#include "controller/compiler/lower/lower_context.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::compiler {

struct Resolved {
  Graph graph;
  std::vector<NodeId> roots;  // by instance
};

// Everything has been lowered. On loops the result is not meaningful and `diagnostics` has them.
Resolved resolve(const LowerContext& lowering, model::Diagnostics& diagnostics, Budget& budget);

}  // namespace flowyard::controller::compiler
