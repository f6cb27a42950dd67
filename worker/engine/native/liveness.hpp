// Liveness: which values of straight-line code are used again, and where; which instructions are dead. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "worker/engine/step_code.hpp"

namespace flowyard::worker::engine::native {

// An instruction, or a hook, which may read and write any slot.
struct CodeItem {
  const Instruction* instruction = nullptr;
  StepHook hook = StepHook::None;
};
using CodeItems = std::vector<CodeItem>;

using SlotSet = std::vector<std::uint8_t>;  // by slot: 0 or 1; bytes are faster to access than bits

// Positions of uses: an index into the items, `kAtEnd` for a value that must be in its slot at the end, or
// `kNever`. Greater is later.
inline constexpr std::uint32_t kAtEnd = std::numeric_limits<std::uint32_t>::max() - 1;
inline constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

struct Uses {
  std::uint32_t of_target = kNever;                        // the next of what this writes
  std::uint32_t of_operand[3] = {kNever, kNever, kNever};  // the next after this one
  bool needed = true;
};

// One for each item. `live` are the slots whose values matter after the last item.
std::vector<Uses> uses_of(const Program& program, const CodeItems& items, const SlotSet& live);
// The items that are needed for those.
CodeItems without_dead(const Program& program, const CodeItems& items, const SlotSet& live);

// Adds the slots that are read before they are written.
void add_exposed(const Program& program, const CodeItems& items, SlotSet& slots);
// Adds those that are written.
void add_written(const CodeItems& items, SlotSet& slots);

// Whether the instruction adds a number to what its target holds: a link of a sum.
inline bool accumulates(const Instruction& in) {
  return in.op == Opcode::Add && in.a == in.target && in.b != in.target;
}

// Calls `visit` with each slot that the instruction reads.
template <class Visit>
void for_operands(const Program& program, const Instruction& in, Visit visit) {
  const std::uint32_t fields[] = {in.a, in.b, in.c};
  const char* kinds = info(in.op).operands;
  for (int i = 0; i < 3; ++i) {
    if (kinds[i] == 's') visit(fields[i]);
    if (kinds[i] == 't') visit(program.tables[fields[i]].replacement);
  }
  if (kinds[0] == 'o')
    for (std::uint64_t k = 0; k < operands_of(in); ++k) visit(program.operands[in.a + k]);
}

}  // namespace flowyard::worker::engine::native
