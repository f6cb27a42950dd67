#include "worker/engine/program.hpp"

#include <cassert>

namespace flowyard::worker::engine {

const OpcodeInfo& info(Opcode opcode) {
  static constexpr OpcodeInfo kTable[] = {
#define UNARY(Name, mnemonic, expression, meaning) {#mnemonic, "s--"},
#define BINARY(Name, mnemonic, expression, meaning) {#mnemonic, "ss-"},
#define TERNARY(Name, mnemonic, expression, meaning) {#mnemonic, "sss"},
#define SPECIAL(Name, mnemonic, operands, meaning) {#mnemonic, operands},
#define GATHERED(Name, mnemonic, operands, read, written, meaning) {#mnemonic, operands},
#include "worker/engine/opcodes.def"
  };
  assert(opcode < Opcode::Count_);
  return kTable[static_cast<std::size_t>(opcode)];
}

std::uint64_t targets_of(const Instruction& instruction) {
  [[maybe_unused]] const std::uint64_t b = instruction.b;
  [[maybe_unused]] const std::uint64_t c = instruction.c;
  switch (instruction.op) {
#define UNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define BINARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define TERNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define SPECIAL(Name, mnemonic, operands, meaning) \
  case Opcode::Name:                               \
    return 1;
#define GATHERED(Name, mnemonic, operands, read, written, meaning) \
  case Opcode::Name:                                               \
    return written;
#include "worker/engine/opcodes.def"
    case Opcode::Count_:
      break;
  }
  return 1;
}

std::uint64_t operands_of(const Instruction& instruction) {
  [[maybe_unused]] const std::uint64_t b = instruction.b;
  [[maybe_unused]] const std::uint64_t c = instruction.c;
  switch (instruction.op) {
#define UNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define BINARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define TERNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define SPECIAL(Name, mnemonic, operands, meaning) \
  case Opcode::Name:                               \
    return 0;
#define GATHERED(Name, mnemonic, operands, read, written, meaning) \
  case Opcode::Name:                                               \
    return read;
#include "worker/engine/opcodes.def"
    case Opcode::Count_:
      break;
  }
  return 0;
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
