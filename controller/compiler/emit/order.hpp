// order: which instance must be computed before which; then the second graph, in which references between
// instances are resolved. Loops are reported name by name.
#pragma once

#include <vector>

#include "controller/compiler/diagnostics.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

struct Resolved {
  Graph graph;
  std::vector<NodeId> roots;  // by instance
};

// Everything has been lowered. On loops the result is not meaningful and `diagnostics` has them.
Resolved resolve(const LowerContext& lowering, Diagnostics& diagnostics);

}  // namespace flowyard::controller::compiler
