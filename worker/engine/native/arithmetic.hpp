// Arithmetic: the machine code of single instructions, from registers or memory into a register: the same
// operations in the same order as functions.hpp. Pure.
#pragma once

#include <array>

#include "worker/engine/native/assembler.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine::native {

// Never hold a value from one instruction to the next.
inline constexpr unsigned kTemporary = 14;
inline constexpr unsigned kSecondTemporary = 15;

inline constexpr General kConstantsBase = General::Rbp;

// What kConstantsBase points to.
struct alignas(32) Constants {
  double zero[4] = {0, 0, 0, 0};
  double one[4] = {1, 1, 1, 1};
  double tiny[4] = {1e-6, 1e-6, 1e-6, 1e-6};  // Vensim's threshold for a zero divisor
  std::uint64_t sign[4] = {kSignBit, kSignBit, kSignBit, kSignBit};
  std::uint64_t rest[4] = {~kSignBit, ~kSignBit, ~kSignBit, ~kSignBit};
  static constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
};

template <class Member>
Operand constant(Member Constants::*member) {
  static const Constants layout;
  const auto* from = reinterpret_cast<const char*>(&layout);
  return Operand::mem(kConstantsBase, reinterpret_cast<const char*>(&(layout.*member)) - from);
}

// What has a short form in AVX2.
bool has_short_form(Opcode op);

// The operation of that opcode on the assembler's width. `to` may be the register of an operand: it is
// written last. A blend reads 8 bytes more than one double.
void write_operation(Assembler& out, Opcode op, unsigned to, const std::array<Operand, 3>& operands);

}  // namespace flowyard::worker::engine::native
