// Which slot holds what.
#include "controller/compiler/emit/emitter.hpp"
#include "worker/engine/check.hpp"

namespace flowyard::controller::compiler {

Slot Emitter::fresh(std::size_t count) {
  const Slot first = p_.slots;
  if (count > engine::kMaxSlots || p_.slots + count > engine::kMaxSlots)
    throw TooLarge{"more than 20,000,000 values at a time"};
  p_.slots += static_cast<Slot>(count);
  return first;
}

void Emitter::lay_out_leaves() {
  slot_.assign(g_.size(), kNoSlot);
  for (NodeId node = 0; node < g_.size(); ++node) {
    if (!g_.is_literal(node)) continue;
    slot_[node] = fresh();
    p_.literals.push_back(g_.literal_value(node));
  }
  p_.time_slot = fresh();
  for (auto& parameter : p_.parameters) parameter.first_slot = fresh(parameter.elements.size());
  for (std::size_t t = 0; t < p_.tables.size(); ++t) {
    const std::uint32_t owner = l_.table_parameter[t];
    p_.tables[t].replacement = p_.time_slot;
    if (owner == ~std::uint32_t{0}) continue;
    const auto& parameter = p_.parameters[owner];
    p_.tables[t].replacement = parameter.first_slot + static_cast<Slot>(t) - parameter.first_table;
  }
  p_.first_stock = fresh(l_.stocks.size());
  first_state_ = fresh(l_.states.size());
  first_delay_ = fresh(l_.delays.size());
  first_delay_length_ = fresh(l_.delays.size());
  for (const auto& conveyor : l_.conveyors) first_conveyor_.push_back(fresh(1 + conveyor.leaks.size()));
  first_captured_ = fresh(l_.captured.size());
  first_setting_ = fresh(4);
  first_reduction_ = fresh(3 * l_.reductions.size());
  for (NodeId node = 0; node < g_.size(); ++node) slot_[node] = leaf_slot(node);
}

Slot Emitter::leaf_slot(NodeId node) const {
  const Node& n = g_.at(node);
  switch (n.kind) {
    case NodeKind::Time:
      return p_.time_slot;
    case NodeKind::Parameter:
      return p_.parameters[n.a].first_slot + n.b;
    case NodeKind::Stock:
      return p_.first_stock + n.a;
    case NodeKind::State:
      return first_state_ + n.a;
    case NodeKind::Delay:
      return first_delay_ + n.a;
    case NodeKind::Captured:
      return first_captured_ + n.a;
    case NodeKind::Reduction:
      return first_reduction_ + 3 * n.a;
    case NodeKind::Literal:
    case NodeKind::Ref:
    case NodeKind::Operation:
    case NodeKind::Block:
    case NodeKind::Extract:
      return slot_[node];
  }
  return slot_[node];
}

void Emitter::give_own_slot(NodeId node) {
  const Node& n = g_.at(node);
  if (n.kind == NodeKind::Extract)
    slot_[node] = slot_[n.a] + n.b;
  else
    slot_[node] = fresh(engine::targets_of(instruction_of(node)));
}

Slot Emitter::first_temporary() const {
  Slot first = first_reduction_ + 3 * static_cast<Slot>(l_.reductions.size());
  for (NodeId node = 0; node < g_.size(); ++node)
    if (computes(node) && invariant_[node] && slot_[node] != kNoSlot && g_.at(node).kind != NodeKind::Extract)
      first =
          std::max<Slot>(first, slot_[node] + static_cast<Slot>(engine::targets_of(instruction_of(node))));
  return first;
}

Slot Emitter::settled(NodeId node) {
  const NodeKind kind = g_.at(node).kind;
  if (kind != NodeKind::Stock && kind != NodeKind::State && kind != NodeKind::Delay) return slot_[node];
  const Slot copy = fresh();
  emit_copy(copy, slot_[node], p_.stocks_code);
  return copy;
}

}  // namespace flowyard::controller::compiler
