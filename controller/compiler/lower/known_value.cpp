// Constant evaluation of nodes before a run: their value, and whether it can change.
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

// What a number that shapes the program itself is; the parameters it comes from can then not be set.
double LowerContext::constant_value(const Expression& e, const Context& context, const std::string& because) {
  const auto value = known_value(lower(e, in_mode(context, Mode::Initial)), because, 0);
  if (value) return *value;
  wrong(DiagnosticCode::NotConstant, "this must be a number that is known before running", e.location);
  return 1;
}

std::optional<double> LowerContext::known_value(NodeId node, const std::string& because, int depth) {
  budget_.spend();
  const Node n = graph.at(node);
  if (depth > 200) return std::nullopt;
  switch (n.kind) {
    case NodeKind::Literal:
      return graph.literal_value(node);
    case NodeKind::Parameter:
      if (!because.empty()) parameters[n.a].fixed_because = because;
      return parameters[n.a].defaults[n.b];
    case NodeKind::Time:
      return known_value(ref(setting(Setting::Start, Mode::Initial)), because, depth + 1);
    case NodeKind::Ref: {
      Instance& instance = instances[n.a];
      // Lowered out of turn; `run` will do it again to the same nodes.
      const NodeId root = instance.lowered ? instance.root : lower_instance(instance);
      return known_value(root, because, depth + 1);
    }
    case NodeKind::Operation: {
      if (n.op == Opcode::Setting) return known_value(n.a, because, depth + 1);
      if (!computable(n.op)) return std::nullopt;
      double values[3] = {};
      int count = 0;
      bool known = true;
      graph.each_input(node, [&](NodeId input) {
        const auto value = known ? known_value(input, because, depth + 1) : std::nullopt;
        known = known && value;
        if (value) values[count++] = *value;
      });
      if (!known) return std::nullopt;
      return computed(n.op, values[0], values[1], values[2]);
    }
    case NodeKind::Stock:
    case NodeKind::State:
    case NodeKind::Delay:
    case NodeKind::Captured:
    case NodeKind::Reduction:
    case NodeKind::Block:
    case NodeKind::Extract:
      return std::nullopt;
  }
  return std::nullopt;
}

bool LowerContext::is_steady(NodeId node, int depth) {
  budget_.spend();
  const Node n = graph.at(node);
  if (depth > 200) return false;
  switch (n.kind) {
    case NodeKind::Literal:
    case NodeKind::Parameter:
    case NodeKind::Captured:
      return true;
    case NodeKind::Ref: {
      Instance& instance = instances[n.a];
      return is_steady(instance.lowered ? instance.root : lower_instance(instance), depth + 1);
    }
    case NodeKind::Operation: {
      bool steady = n.op == Opcode::Setting || computable(n.op);
      graph.each_input(node, [&](NodeId input) { steady = steady && is_steady(input, depth + 1); });
      return steady;
    }
    case NodeKind::Time:
    case NodeKind::Stock:
    case NodeKind::State:
    case NodeKind::Delay:
    case NodeKind::Reduction:
    case NodeKind::Block:
    case NodeKind::Extract:
      return false;
  }
  return false;
}

}  // namespace flowyard::controller::compiler
