// order: which instance must be computed before which; then the second graph, in which references between
// instances are resolved. Loops are reported name by name.
#pragma once

#include <vector>

#include "worker/compile/diagnostics.hpp"
#include "worker/compile/lower.hpp"

namespace flowyard::worker::compile {

struct Resolved {
  Graph graph;
  std::vector<NodeId> roots;  // by instance
};

// Everything has been lowered. On loops the result is not meaningful and `diagnostics` has them.
Resolved resolve(const Lowerer& lowerer, Diagnostics& diagnostics);

}  // namespace flowyard::worker::compile
