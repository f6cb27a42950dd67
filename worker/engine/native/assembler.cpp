#include "worker/engine/native/assembler.hpp"

namespace flowyard::worker::engine::native {
namespace {

unsigned number(General r) {
  return static_cast<unsigned>(r);
}

}  // namespace

void Assembler::word(std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) byte(value >> shift & 0xffU);
}

// Of VEX the register extensions and the second operand are stored inverted.
void Assembler::vex(std::uint8_t opcode, Form form, unsigned reg, unsigned second, Operand rm) {
  const unsigned rm_number = rm.in_register ? rm.number : number(rm.base);
  const unsigned not_r = reg < 8 ? 0x80 : 0;
  const unsigned not_b = rm_number < 8 ? 0x20 : 0;
  const unsigned not_x = rm.in_register || number(rm.index) < 8 ? 0x40 : 0;
  const unsigned rest = (~second & 0xfU) << 3U | (form.wide ? 0x4U : 0) | form.prefix;
  if (form.map == 1 && not_b != 0 && not_x != 0) {
    byte(0xc5);
    byte(not_r | rest);
  } else {
    byte(0xc4);
    byte(not_r | not_x | not_b | form.map);
    byte(rest);
  }
  byte(opcode);
  address(reg, rm);
}

void Assembler::address(unsigned reg, Operand rm) {
  const unsigned field = (reg & 7U) << 3U;
  if (rm.in_register) return byte(0xc0U | field | (rm.number & 7U));
  const unsigned base = number(rm.base) & 7U;
  const bool is_short = rm.offset >= -128 && rm.offset <= 127;
  const bool with_sib = base == 4 || rm.index != Operand::kNoIndex;  // of rsp and r12 there is no other form
  byte((is_short ? 0x40U : 0x80U) | field | (with_sib ? 4 : base));
  if (with_sib) byte((number(rm.index) & 7U) << 3U | base);
  if (is_short)
    byte(static_cast<std::uint32_t>(rm.offset) & 0xffU);
  else
    word(static_cast<std::uint32_t>(rm.offset));
}

void Assembler::zero_upper() {
  for (const unsigned b : {0xc5U, 0xf8U, 0x77U}) byte(b);
}

void Assembler::push(General r) {
  if (number(r) >= 8) byte(0x41);
  byte(0x50 + (number(r) & 7U));
}

void Assembler::pop(General r) {
  if (number(r) >= 8) byte(0x41);
  byte(0x58 + (number(r) & 7U));
}

void Assembler::move(General to, General from) {
  byte(0x48U | (number(from) >= 8 ? 4U : 0U) | (number(to) >= 8 ? 1U : 0U));
  byte(0x89);
  byte(0xc0U | (number(from) & 7U) << 3U | (number(to) & 7U));
}

void Assembler::move(General to, std::uint64_t value) {
  byte(0x48U | (number(to) >= 8 ? 1U : 0U));
  byte(0xb8 + (number(to) & 7U));
  word(static_cast<std::uint32_t>(value));
  word(static_cast<std::uint32_t>(value >> 32U));
}

void Assembler::call(General target) {
  if (number(target) >= 8) byte(0x41);
  byte(0xff);
  byte(0xd0 + (number(target) & 7U));
}

void Assembler::increment_word(General base, std::int32_t offset) {
  if (number(base) >= 8) byte(0x41);
  byte(0x83);
  address(0, Operand::mem(base, offset));
  byte(1);
}

void Assembler::decrement(General r) {
  byte(0x48U | (number(r) >= 8 ? 1U : 0U));
  byte(0xff);
  byte(0xc8 + (number(r) & 7U));
}

void Assembler::add(General r, std::int32_t value) {
  byte(0x48U | (number(r) >= 8 ? 1U : 0U));
  byte(0x81);
  byte(0xc0 + (number(r) & 7U));
  word(static_cast<std::uint32_t>(value));
}

void Assembler::jump_if_not_zero(std::size_t to) {
  byte(0x0f);
  byte(0x85);
  word(static_cast<std::uint32_t>(to - (size() + 4)));
}

void Assembler::load(General to, Operand from) {
  byte(0x48U | (number(to) >= 8 ? 4U : 0U) | (number(from.base) >= 8 ? 1U : 0U));
  byte(0x8b);
  address(number(to), from);
}

std::size_t Assembler::jump_if(Condition condition) {
  byte(0x0f);
  byte(static_cast<std::uint8_t>(condition));
  word(0);
  return size();
}

std::size_t Assembler::jump() {
  byte(0xe9);
  word(0);
  return size();
}

void Assembler::land(std::size_t jump) {
  const std::size_t distance = size() - jump;
  for (std::size_t k = 0; k < 4; ++k) bytes_[jump - 4 + k] = static_cast<std::uint8_t>(distance >> 8 * k);
}

void Assembler::align(std::size_t boundary) {
  while (size() % boundary != 0) byte(0x90);
}

}  // namespace flowyard::worker::engine::native
