// The code of each section.
#include <algorithm>
#include <functional>

#include "controller/compiler/emit/emitter.hpp"

namespace flowyard::controller::compiler {

Emitter::Marks Emitter::needed_by(std::initializer_list<const std::vector<NodeId>*> roots) const {
  Marks needed(g_.size());
  for (const auto* nodes : roots)
    for (const NodeId node : *nodes) needed[node] = computes(node);
  // Nodes refer to nodes before them, so one pass suffices.
  for (std::size_t node = needed.size(); node-- > 0;)
    if (needed[node])
      g_.each_input(static_cast<NodeId>(node),
                    [&](NodeId input) { needed[input] = needed[input] || computes(input); });
  return needed;
}

std::vector<NodeId> Emitter::nodes_of(const std::vector<Pin>& pins) {
  std::vector<NodeId> nodes;
  for (const Pin& pin : pins) nodes.push_back(pin.node);
  return nodes;
}

void Emitter::emit_invariants() {
  const std::vector<NodeId> settings(setting_nodes_, setting_nodes_ + 4);
  const auto initial = nodes_of(initial_pins_);
  const auto step = nodes_of(step_pins_);
  const Marks needed =
      needed_by({&settings, &initial_roots_, &rate_nodes_, &save_nodes_, &finish_nodes_, &initial, &step});
  for (NodeId node = 0; node < g_.size(); ++node) {
    if (!needed[node] || !invariant_[node]) continue;
    give_own_slot(node);
    emit(node, p_.invariant);
  }
  invariant_slots_ = slot_;
}

Instruction Emitter::instruction_of(NodeId node) const {
  const Node& n = g_.at(node);
  return {.op = n.op,
          .once_a_step = static_cast<std::uint16_t>(n.once_a_step ? 1 : 0),
          .target = 0,
          .a = n.a,
          .b = n.b,
          .c = n.c};
}

void Emitter::emit(NodeId node, Code& code) {
  const Node& n = g_.at(node);
  if (n.kind == NodeKind::Extract) return;
  Instruction in = instruction_of(node);
  in.target = slot_[node];
  if (n.kind == NodeKind::Block) {
    in.a = static_cast<std::uint32_t>(p_.operands.size());
    g_.each_input(node, [&](NodeId input) { p_.operands.push_back(slot_[input]); });
  } else {
    std::uint32_t* fields[] = {&in.a, &in.b, &in.c};
    for (int i = 0; i < inputs_of(n.op); ++i) *fields[i] = slot_[*fields[i]];
  }
  code.push_back(in);
}

void Emitter::emit_copy(Slot target, Slot from, Code& code) {
  code.push_back({.op = Opcode::Copy, .once_a_step = 0, .target = target, .a = from, .b = 0, .c = 0});
}

void Emitter::allocate_and_emit(Sections& sections) {
  // The lowest first: the elements of an array then get slots in their order, which the engine can take
  // several at a time. A heap.
  std::vector<Slot>& free = free_slots_;
  const auto release = [&](Slot slot) {
    free.push_back(slot);
    std::push_heap(free.begin(), free.end(), std::greater<>());
  };
  const auto dies_here = [&](NodeId node) {
    return sections.last_use[node] < sections.order.size() && reusable(node);
  };
  // Nodes by the instruction at which they die: first how many, then which.
  std::vector<std::uint32_t> begins(sections.order.size() + 2);
  for (NodeId node = 0; node < g_.size(); ++node)
    if (dies_here(node)) ++begins[sections.last_use[node] + 2];
  for (std::size_t i = 2; i < begins.size(); ++i) begins[i] += begins[i - 1];
  std::vector<NodeId> dying(begins.back());
  for (NodeId node = 0; node < g_.size(); ++node)
    if (dies_here(node)) dying[begins[sections.last_use[node] + 1]++] = node;
  for (std::size_t i = 0; i < sections.order.size(); ++i) {
    const auto [node, code] = sections.order[i];
    const bool again = reusable(node);
    if (!again) give_own_slot(node);
    // A value whose last use is here may be overwritten by this instruction: kernels work lane by lane.
    for (std::uint32_t k = begins[i]; k < begins[i + 1]; ++k)
      if (dying[k] != node && slot_[dying[k]] != kNoSlot) release(slot_[dying[k]]);
    if (again) {
      if (free.empty()) free.push_back(fresh());
      std::pop_heap(free.begin(), free.end(), std::greater<>());
      slot_[node] = free.back();
      free.pop_back();
    }
    emit(node, *code);
  }
}

bool Emitter::reusable(NodeId node) const {
  const Node& n = g_.at(node);
  return n.kind == NodeKind::Operation && !n.once_a_step && !invariant_[node];
}

void Emitter::uses(NodeId node, std::size_t at, Sections& sections) const {
  g_.each_input(node, [&](NodeId input) {
    if (sections.last_use[input] != kForever)
      sections.last_use[input] = std::max(sections.last_use[input], at);
  });
}

void Emitter::emit_initial() {
  const auto pinned = nodes_of(initial_pins_);
  const Marks needed = needed_by({&initial_roots_, &pinned});
  Sections sections;
  sections.last_use.assign(g_.size(), 0);
  sections.order.reserve(g_.size());
  for (const Pin& pin : initial_pins_) sections.last_use[pin.node] = kForever;
  for (NodeId node = 0; node < g_.size(); ++node) {
    if (!needed[node] || invariant_[node]) continue;
    uses(node, sections.order.size(), sections);
    sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
    sections.order.emplace_back(node, &p_.initial);
  }
  allocate_and_emit(sections);
  for (const Pin& pin : initial_pins_) emit_copy(pin.slot, slot_[pin.node], p_.initial);
  slot_ = invariant_slots_;
  free_slots_.clear();  // in order, they are a heap
  for (Slot s = first_temporary(); s < p_.slots; ++s) free_slots_.push_back(s);
}

void Emitter::emit_steps() {
  const auto pinned = nodes_of(step_pins_);
  const Marks for_rates = needed_by({&rate_nodes_, &pinned});
  const Marks for_saves = needed_by({&save_nodes_});
  const Marks for_pins = needed_by({&pinned});
  Sections sections;
  sections.last_use.assign(g_.size(), 0);
  sections.order.reserve(g_.size());
  const auto take = [&](auto wanted, Code& code) {
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (invariant_[node] || !wanted(node)) continue;
      uses(node, sections.order.size(), sections);
      sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
      sections.order.emplace_back(node, &code);
    }
  };
  for (const NodeId node : rate_nodes_) sections.last_use[node] = kForever;
  for (const NodeId node : pinned) sections.last_use[node] = kForever;
  take([&](NodeId n) { return for_pins[n] || (for_rates[n] && for_saves[n]); }, p_.step);
  const std::size_t save_begin = sections.order.size();
  take([&](NodeId n) { return for_saves[n] && !for_rates[n]; }, p_.save);
  // Saved values must stay until the section's end, where they are read.
  const std::size_t save_end = sections.order.empty() ? 0 : sections.order.size() - 1;
  for (const NodeId node : save_nodes_)
    if (computes(node) && sections.last_use[node] != kForever)
      sections.last_use[node] = std::max(sections.last_use[node], std::max(save_end, save_begin) + 1);
  take([&](NodeId n) { return for_rates[n] && !for_saves[n] && !for_pins[n]; }, p_.stocks_code);
  allocate_and_emit(sections);
  for (const Pin& pin : step_pins_) emit_copy(pin.slot, slot_[pin.node], p_.step);
}

}  // namespace flowyard::controller::compiler
