// Assembler: the few x86-64 instructions that step functions are made of, as bytes. Vectors are of four
// doubles (AVX, VEX.256). Intel's manual, volume 2, sections 2.3 and 3 to 5, has the encodings. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowyard::worker::engine::native {

enum class General : std::uint8_t {
  Rax,
  Rcx,
  Rdx,
  Rbx,
  Rsp,
  Rbp,
  Rsi,
  Rdi,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15
};

// A vector register, or 32 bytes of memory at base + offset, aligned to 32.
struct Operand {
  static Operand reg(unsigned number) { return {true, static_cast<std::uint8_t>(number), General::Rax, 0}; }
  static Operand mem(General base, std::int64_t offset) {
    return {false, 0, base, static_cast<std::int32_t>(offset)};
  }
  bool in_register = true;
  std::uint8_t number = 0;
  General base = General::Rax;
  std::int32_t offset = 0;
};

// Opcode bytes of map 0F with prefix 66.
enum class Vector : std::uint8_t {
  Sqrt = 0x51,
  And = 0x54,
  Or = 0x56,
  Xor = 0x57,
  Add = 0x58,
  Multiply = 0x59,
  Subtract = 0x5c,
  Min = 0x5d,
  Divide = 0x5e,
  Max = 0x5f,
};

// Predicates of VCMPPD that raise nothing: ordered ones are false of NaN.
enum class Compare : std::uint8_t {
  Equal = 0x00,
  Unordered = 0x03,
  NotEqual = 0x04,
  Less = 0x11,
  LessEqual = 0x12
};

enum class Rounding : std::uint8_t { Floor = 0x09, Truncate = 0x0b };

class Assembler {
 public:
  std::vector<std::uint8_t> take() { return std::move(bytes_); }
  std::size_t size() const { return bytes_.size(); }

  void load(unsigned target, Operand from) { vex(0x28, 1, target, 0, from); }
  void store(Operand to, unsigned from) { vex(0x29, 1, from, 0, to); }
  void vector(Vector op, unsigned target, unsigned a, Operand b) {
    vex(static_cast<std::uint8_t>(op), 1, target, a, b);
  }
  void sqrt(unsigned target, Operand a) { vex(static_cast<std::uint8_t>(Vector::Sqrt), 1, target, 0, a); }
  void compare(Compare how, unsigned target, unsigned a, Operand b) {
    vex(0xc2, 1, target, a, b);
    byte(static_cast<std::uint8_t>(how));
  }
  // b where the mask's sign bit is set, else a.
  void blend(unsigned target, unsigned a, Operand b, unsigned mask) {
    vex(0x4b, 3, target, a, b);
    byte(static_cast<std::uint8_t>(mask << 4U));
  }
  void round(Rounding how, unsigned target, Operand a) {
    vex(0x09, 3, target, 0, a);
    byte(static_cast<std::uint8_t>(how));
  }
  void zero_upper();

  void push(General r);
  void pop(General r);
  void move(General to, General from);
  void move(General to, std::uint64_t value);
  void call(General target);
  void increment_word(General base, std::int32_t offset);  // 32 bits in memory
  void decrement(General r);
  void jump_if_not_zero(std::size_t to);
  void align(std::size_t boundary);
  void leave() { byte(0xc3); }

 private:
  void byte(unsigned b) { bytes_.push_back(static_cast<std::uint8_t>(b)); }
  void word(std::uint32_t value);
  // map 1 is 0F, 3 is 0F3A.
  void vex(std::uint8_t opcode, unsigned map, unsigned reg, unsigned second, Operand rm);
  void address(unsigned reg, Operand rm);

  std::vector<std::uint8_t> bytes_;
};

}  // namespace flowyard::worker::engine::native
