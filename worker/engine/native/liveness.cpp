#include "worker/engine/native/liveness.hpp"

#include <algorithm>

namespace flowyard::worker::engine::native {
namespace {

// Whether the instruction does nothing but write its targets.
bool pure(Opcode op) {
  return op != Opcode::BeltFlows && op != Opcode::QueueFlows && op != Opcode::InitialStock;
}

}  // namespace

void for_operands(const Program& program, const Instruction& in, const std::function<void(Slot)>& visit) {
  const std::uint32_t fields[] = {in.a, in.b, in.c};
  const char* kinds = info(in.op).operands;
  for (int i = 0; i < 3; ++i) {
    if (kinds[i] == 's') visit(fields[i]);
    if (kinds[i] == 't') visit(program.tables[fields[i]].replacement);
  }
  if (kinds[0] == 'o')
    for (std::uint64_t k = 0; k < operands_of(in); ++k) visit(program.operands[in.a + k]);
}

std::vector<Uses> uses_of(const Program& program, const Pieces& pieces, const SlotSet& live) {
  std::vector<std::uint32_t> next(live.size());
  std::transform(live.begin(), live.end(), next.begin(), [](bool l) { return l ? at_end : never; });
  std::vector<Uses> all(pieces.size());
  for (auto i = static_cast<std::uint32_t>(pieces.size()); i-- > 0;) {
    if (pieces[i].moment != Moment::None) {
      std::fill(next.begin(), next.end(), i);
      continue;
    }
    const Instruction& in = *pieces[i].instruction;
    Uses& uses = all[i];
    uses.of_target = next[in.target];
    const auto targets = static_cast<Slot>(targets_of(in));
    bool wanted = !pure(in.op);
    for (Slot t = 0; t < targets; ++t) wanted = wanted || next[in.target + t] != never;
    uses.needed = wanted;
    if (!wanted) continue;
    for (Slot t = 0; t < targets; ++t) next[in.target + t] = never;
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    for (int k = 0; k < 3; ++k)
      if (kinds[k] == 's') uses.of_operand[k] = next[fields[k]];
    for_operands(program, in, [&](Slot s) { next[s] = i; });
  }
  return all;
}

void add_exposed(const Program& program, const Pieces& pieces, SlotSet& slots) {
  SlotSet written(slots.size());
  for (const Piece& piece : pieces) {
    if (piece.moment != Moment::None) {
      for (std::size_t s = 0; s < slots.size(); ++s) slots[s] = slots[s] || !written[s];
      continue;
    }
    const Instruction& in = *piece.instruction;
    for_operands(program, in, [&](Slot s) { slots[s] = slots[s] || !written[s]; });
    for (std::uint64_t t = 0; t < targets_of(in); ++t) written[in.target + t] = true;
  }
}

void add_written(const Pieces& pieces, SlotSet& slots) {
  for (const Piece& piece : pieces) {
    if (piece.moment != Moment::None) continue;
    const Instruction& in = *piece.instruction;
    for (std::uint64_t t = 0; t < targets_of(in); ++t) slots[in.target + t] = true;
  }
}

}  // namespace flowyard::worker::engine::native
