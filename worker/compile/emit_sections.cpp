// The code of each section.
#include <algorithm>

#include "worker/compile/emitter.hpp"

namespace flowyard::worker::compile {

void Emitter::mark(const std::vector<NodeId>& nodes, std::vector<bool>& needed) const {
  std::vector<NodeId> stack = nodes;
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    if (needed[node] || !computes(node)) continue;
    needed[node] = true;
    g_.each_input(node, [&](NodeId input) { stack.push_back(input); });
  }
}

void Emitter::emit_invariants() {
  std::vector<NodeId> all(setting_nodes_, setting_nodes_ + 4);
  for (const auto* nodes : {&initial_roots_, &rate_nodes_, &save_nodes_, &finish_nodes_})
    all.insert(all.end(), nodes->begin(), nodes->end());
  for (const auto* pins : {&initial_pins_, &step_pins_})
    for (const Pin& pin : *pins) all.push_back(pin.node);
  std::vector<bool> needed(g_.size());
  mark(all, needed);
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
    const char* kinds = engine::info(n.op).operands;
    std::uint32_t* fields[] = {&in.a, &in.b, &in.c};
    for (int i = 0; i < 3; ++i)
      if (kinds[i] == 's') *fields[i] = slot_[*fields[i]];
  }
  code.push_back(in);
}

void Emitter::emit_copy(Slot target, Slot from, Code& code) {
  code.push_back({.op = Opcode::Copy, .once_a_step = 0, .target = target, .a = from, .b = 0, .c = 0});
}

void Emitter::allocate_and_emit(Sections& sections) {
  std::vector<Slot>& free = free_slots_;
  std::vector<std::vector<NodeId>> dying(sections.order.size());
  for (NodeId node = 0; node < g_.size(); ++node)
    if (const std::size_t last = sections.last_use[node];
        last != forever && last < dying.size() && reusable(node))
      dying[last].push_back(node);
  for (std::size_t i = 0; i < sections.order.size(); ++i) {
    const auto [node, code] = sections.order[i];
    // What dies here may be overwritten by this very instruction: kernels go lane by lane.
    std::vector<Slot> freed;
    for (const NodeId dead : dying[i])
      if (dead != node && slot_[dead] != no_slot) freed.push_back(slot_[dead]);
    if (!reusable(node)) {
      give_own_slot(node);
    } else {
      free.insert(free.end(), freed.begin(), freed.end());
      freed.clear();
      if (free.empty()) free.push_back(fresh());
      slot_[node] = free.back();
      free.pop_back();
    }
    free.insert(free.end(), freed.begin(), freed.end());
    emit(node, *code);
  }
}

bool Emitter::reusable(NodeId node) const {
  const Node& n = g_.at(node);
  return n.kind == NodeKind::Operation && !n.once_a_step && !invariant_[node];
}

void Emitter::uses(NodeId node, std::size_t at, Sections& sections) const {
  g_.each_input(node, [&](NodeId input) {
    if (sections.last_use[input] != forever)
      sections.last_use[input] = std::max(sections.last_use[input], at);
  });
}

void Emitter::emit_initial() {
  std::vector<NodeId> all = initial_roots_;
  for (const Pin& pin : initial_pins_) all.push_back(pin.node);
  std::vector<bool> needed(g_.size());
  mark(all, needed);
  Sections sections;
  sections.last_use.assign(g_.size(), 0);
  for (const Pin& pin : initial_pins_) sections.last_use[pin.node] = forever;
  for (NodeId node = 0; node < g_.size(); ++node) {
    if (!needed[node] || invariant_[node]) continue;
    uses(node, sections.order.size(), sections);
    sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
    sections.order.emplace_back(node, &p_.initial);
  }
  allocate_and_emit(sections);
  for (const Pin& pin : initial_pins_) emit_copy(pin.slot, slot_[pin.node], p_.initial);
  slot_ = invariant_slots_;
  free_slots_.clear();
  for (Slot s = first_temporary(); s < p_.slots; ++s) free_slots_.push_back(s);
}

void Emitter::emit_steps() {
  std::vector<NodeId> rates = rate_nodes_;
  for (const Pin& pin : step_pins_) rates.push_back(pin.node);
  std::vector<bool> for_rates(g_.size()), for_saves(g_.size()), for_pins(g_.size());
  mark(rates, for_rates);
  mark(save_nodes_, for_saves);
  std::vector<NodeId> pinned;
  for (const Pin& pin : step_pins_) pinned.push_back(pin.node);
  mark(pinned, for_pins);
  Sections sections;
  sections.last_use.assign(g_.size(), 0);
  const auto take = [&](auto wanted, Code& code) {
    for (NodeId node = 0; node < g_.size(); ++node) {
      if (invariant_[node] || !wanted(node)) continue;
      uses(node, sections.order.size(), sections);
      sections.last_use[node] = std::max(sections.last_use[node], sections.order.size());
      sections.order.emplace_back(node, &code);
    }
  };
  for (const NodeId node : rate_nodes_) sections.last_use[node] = forever;
  for (const NodeId node : pinned) sections.last_use[node] = forever;
  take([&](NodeId n) { return for_pins[n] || (for_rates[n] && for_saves[n]); }, p_.step);
  const std::size_t save_begin = sections.order.size();
  take([&](NodeId n) { return for_saves[n] && !for_rates[n]; }, p_.save);
  // Saved values must stay until the section's end, where they are read.
  const std::size_t save_end = sections.order.empty() ? 0 : sections.order.size() - 1;
  for (const NodeId node : save_nodes_)
    if (computes(node) && sections.last_use[node] != forever)
      sections.last_use[node] = std::max(sections.last_use[node], std::max(save_end, save_begin) + 1);
  take([&](NodeId n) { return for_rates[n] && !for_saves[n] && !for_pins[n]; }, p_.stocks_code);
  allocate_and_emit(sections);
  for (const Pin& pin : step_pins_) emit_copy(pin.slot, slot_[pin.node], p_.step);
}

}  // namespace flowyard::worker::compile
