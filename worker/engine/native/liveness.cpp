#include "worker/engine/native/liveness.hpp"

#include <algorithm>

namespace flowyard::worker::engine::native {
namespace {

// Whether the instruction does nothing but write its targets.
bool pure(Opcode op) {
  return op != Opcode::ConveyorFlows && op != Opcode::QueueFlows && op != Opcode::InitialStock;
}

}  // namespace

std::vector<Uses> uses_of(const Program& program, const CodeItems& items, const SlotSet& live) {
  std::vector<std::uint32_t> next(live.size());
  std::transform(live.begin(), live.end(), next.begin(),
                 [](std::uint8_t l) { return l != 0 ? kAtEnd : kNever; });
  std::vector<Uses> all(items.size());
  for (auto i = static_cast<std::uint32_t>(items.size()); i-- > 0;) {
    if (items[i].hook != StepHook::None) {
      std::fill(next.begin(), next.end(), i);
      continue;
    }
    const Instruction& in = *items[i].instruction;
    Uses& uses = all[i];
    uses.of_target = next[in.target];
    const auto targets = static_cast<Slot>(targets_of(in));
    bool wanted = !pure(in.op);
    for (Slot t = 0; t < targets; ++t) wanted = wanted || next[in.target + t] != kNever;
    uses.needed = wanted;
    if (!wanted) continue;
    for (Slot t = 0; t < targets; ++t) next[in.target + t] = kNever;
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    for (int k = 0; k < 3; ++k)
      if (kinds[k] == 's') uses.of_operand[k] = next[fields[k]];
    for_operands(program, in, [&](Slot s) { next[s] = i; });
  }
  return all;
}

void add_exposed(const Program& program, const CodeItems& items, SlotSet& slots) {
  SlotSet written(slots.size());
  for (const CodeItem& item : items) {
    if (item.hook != StepHook::None) {
      for (std::size_t s = 0; s < slots.size(); ++s)
        if (written[s] == 0) slots[s] = 1;
      continue;
    }
    const Instruction& in = *item.instruction;
    for_operands(program, in, [&](Slot s) {
      if (written[s] == 0) slots[s] = 1;
    });
    for (std::uint64_t t = 0; t < targets_of(in); ++t) written[in.target + t] = true;
  }
}

void add_written(const CodeItems& items, SlotSet& slots) {
  for (const CodeItem& item : items) {
    if (item.hook != StepHook::None) continue;
    const Instruction& in = *item.instruction;
    for (std::uint64_t t = 0; t < targets_of(in); ++t) slots[in.target + t] = true;
  }
}

CodeItems without_dead(const Program& program, const CodeItems& items, const SlotSet& live) {
  const auto uses = uses_of(program, items, live);
  CodeItems kept;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (uses[i].needed) kept.push_back(items[i]);
  return kept;
}

}  // namespace flowyard::worker::engine::native
