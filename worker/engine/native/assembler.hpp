// Assembler: the few x86-64 instructions that step functions are made of, as bytes. They work on four doubles
// (AVX, VEX.256) or on one, as `width` says. Intel's manual, volume 2, sections 2.3 and 3 to 5, has the
// encodings. Pure.
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

// A vector register, or memory at base + index + offset: of four doubles, or of one.
struct Operand {
  static constexpr General kNoIndex = General::Rsp;  // which x86 cannot take for one

  static Operand reg(unsigned number) { return {true, static_cast<std::uint8_t>(number)}; }
  static Operand mem(General base, std::int64_t offset, General index = kNoIndex) {
    return {false, 0, base, index, static_cast<std::int32_t>(offset)};
  }
  bool in_register = true;
  std::uint8_t number = 0;
  General base = General::Rax;
  General index = kNoIndex;
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
  LessEqual = 0x12,
};

// How many doubles an instruction works on.
enum class Width : std::uint8_t { One, Four };

enum class Condition : std::uint8_t { Below = 0x82, NotBelow = 0x83 };

enum class Rounding : std::uint8_t { Floor = 0x09, Truncate = 0x0b };

class Assembler {
 public:
  std::vector<std::uint8_t> take() {
    bytes_.resize(size_);
    return std::move(bytes_);
  }
  std::size_t size() const { return size_; }

  void width(Width width) { width_ = width; }
  Width width() const { return width_; }

  // Memory need not be aligned.
  void load(unsigned target, Operand from) {
    if (from.in_register) return vex(0x28, whole(), target, 0, from);
    vex(0x10, numbers(), target, 0, from);
  }
  void store(Operand to, unsigned from) { vex(0x11, numbers(), from, 0, to); }
  // One double of memory into all four of a register.
  void broadcast(unsigned target, Operand from) {
    vex(0x19, {.map = 2, .prefix = 1, .wide = true}, target, 0, from);
  }
  void vector(Vector op, unsigned target, unsigned a, Operand b) {
    const bool bits = op == Vector::And || op == Vector::Or || op == Vector::Xor;
    vex(static_cast<std::uint8_t>(op), bits ? whole() : numbers(), target, a, b);
  }
  void sqrt(unsigned target, Operand a) {
    vex(static_cast<std::uint8_t>(Vector::Sqrt), numbers(), target, alike(target, a), a);
  }
  void compare(Compare how, unsigned target, unsigned a, Operand b) {
    vex(0xc2, numbers(), target, a, b);
    byte(static_cast<std::uint8_t>(how));
  }
  // b where the mask's sign bit is set, else a. Reads 16 bytes of memory, or 32, whatever the width.
  void blend(unsigned target, unsigned a, Operand b, unsigned mask) {
    vex(0x4b, {.map = 3, .prefix = 1, .wide = width_ == Width::Four}, target, a, b);
    byte(static_cast<std::uint8_t>(mask << 4U));
  }
  void round(Rounding how, unsigned target, Operand a) {
    const bool four = width_ == Width::Four;
    vex(four ? 0x09 : 0x0b, {.map = 3, .prefix = 1, .wide = four}, target, alike(target, a), a);
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
  void add(General r, std::int32_t value);
  void load(General to, Operand from);
  void jump_if_not_zero(std::size_t to);
  // Compares the first double of a register with another, for `jump_if`. NaN is below.
  void compare(unsigned a, Operand b) { vex(0x2f, {}, a, 0, b); }
  // Forward jumps, to the position where `land` is called with their return value.
  std::size_t jump_if(Condition condition);
  std::size_t jump();
  void land(std::size_t jump);
  void align(std::size_t boundary);
  void leave() { byte(0xc3); }

 private:
  void byte(unsigned b) {
    if (size_ == bytes_.size()) bytes_.resize(2 * size_ + 4096);
    bytes_[size_++] = static_cast<std::uint8_t>(b);
  }
  void word(std::uint32_t value);
  // Of VEX: maps 1 to 3 are 0F, 0F38 and 0F3A; prefixes 1 and 3 are 66 and F2; wide means 256 bits.
  struct Form {
    unsigned map = 1;
    unsigned prefix = 1;
    bool wide = false;
  };
  Form whole() const { return {.wide = width_ == Width::Four}; }
  Form numbers() const { return width_ == Width::Four ? Form{.wide = true} : Form{.prefix = 3}; }
  // The forms for one double leave the other half as it is in a second operand, which those for four have
  // not.
  unsigned alike(unsigned target, Operand a) const {
    if (width_ == Width::Four) return 0;
    return a.in_register ? a.number : target;
  }
  void vex(std::uint8_t opcode, Form form, unsigned reg, unsigned second, Operand rm);
  void address(unsigned reg, Operand rm);

  Width width_ = Width::Four;
  std::vector<std::uint8_t> bytes_;  // grown ahead of size_
  std::size_t size_ = 0;
};

}  // namespace flowyard::worker::engine::native
