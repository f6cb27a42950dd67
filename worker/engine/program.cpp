#include "worker/engine/program.hpp"

#include <cassert>

namespace flowyard::worker::engine {

const OpcodeInfo& info(Opcode opcode) {
  static constexpr OpcodeInfo kTable[] = {
#define UNARY(Name, mnemonic, expression, meaning) {#mnemonic, "s--"},
#define BINARY(Name, mnemonic, expression, meaning) {#mnemonic, "ss-"},
#define TERNARY(Name, mnemonic, expression, meaning) {#mnemonic, "sss"},
#define SPECIAL(Name, mnemonic, operands, meaning) {#mnemonic, operands},
#include "worker/engine/opcodes.def"
#undef UNARY
#undef BINARY
#undef TERNARY
#undef SPECIAL
  };
  assert(opcode < Opcode::Count_);
  return kTable[static_cast<std::size_t>(opcode)];
}

std::uint64_t targets_of(const Instruction& instruction) {
  const std::uint64_t n = instruction.b;
  switch (instruction.op) {
    case Opcode::SortOrder:
    case Opcode::Rank:
    case Opcode::AllocateAvailable:
    case Opcode::AllocateByPriority:
      return n;
    case Opcode::InvertMatrix:
      return n * n;
    case Opcode::ConveyorFlows:
    case Opcode::ConveyorStart:
      return 1 + std::uint64_t{instruction.c};
    case Opcode::QueueFlows:
    case Opcode::QueueStart:
      return instruction.c;
    default:
      return 1;
  }
}

std::uint64_t operands_of(const Instruction& instruction) {
  const std::uint64_t n = instruction.b;
  switch (instruction.op) {
    case Opcode::SortOrder:
    case Opcode::Rank:
    case Opcode::ArrayElement:
      return n + 1;
    case Opcode::InvertMatrix:
      return n * n;
    case Opcode::AllocateAvailable:
      return 5 * n + 1;
    case Opcode::AllocateByPriority:
      return 2 * n + 2;
    case Opcode::FindMarketPrice:
      return 5 * (n + instruction.c);
    case Opcode::QuantityAtPrice:
    case Opcode::RandomBetween:
      return 6;
    case Opcode::VectorLookup:
      return n + 4;
    case Opcode::ConveyorFlows:
    case Opcode::QueueFlows:
      return 2 + std::uint64_t{instruction.c};
    case Opcode::QueueStart:
      return 3 + std::uint64_t{instruction.c};
    case Opcode::ConveyorStart:
      return 4 + std::uint64_t{instruction.c};
    default:
      return 0;
  }
}

bool same_name(const std::string& a, const std::string& b) {
  const auto fold = [](char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == ' ' ? '_' : c;
  };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (fold(a[i]) != fold(b[i])) return false;
  return true;
}

const Parameter* find_parameter(const Program& program, const std::string& name) {
  for (const auto& parameter : program.parameters)
    if (same_name(parameter.name, name)) return &parameter;
  return nullptr;
}

}  // namespace flowyard::worker::engine
