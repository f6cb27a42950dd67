#include "worker/engine/native/translator.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "worker/engine/native/registers.hpp"

namespace flowyard::worker::engine::native {
namespace {

constexpr unsigned temporary = 14;  // and 15: never hold a value from one instruction to the next
constexpr unsigned second_temporary = 15;

template <class Member>
Operand constant(Member Constants::*member) {
  static const Constants layout;
  const auto* from = reinterpret_cast<const char*>(&layout);
  return Operand::mem(constants_base, reinterpret_cast<const char*>(&(layout.*member)) - from);
}

// What has a short form in AVX2.
bool known(Opcode op) {
  switch (op) {
    case Opcode::Copy:
    case Opcode::Negate:
    case Opcode::Not:
    case Opcode::Abs:
    case Opcode::Sqrt:
    case Opcode::Floor:
    case Opcode::Truncate:
    case Opcode::IsNotAvailable:
    case Opcode::Add:
    case Opcode::Subtract:
    case Opcode::Multiply:
    case Opcode::Divide:
    case Opcode::Less:
    case Opcode::LessEqual:
    case Opcode::Equal:
    case Opcode::NotEqual:
    case Opcode::And:
    case Opcode::Or:
    case Opcode::Min:
    case Opcode::Max:
    case Opcode::Select:
    case Opcode::Xidz:
    case Opcode::SafeDivide:
    case Opcode::Advance:
      return true;
    default:
      return false;
  }
}

class Translator {
 public:
  Translator(Assembler& out, const Program& program, const Layout& layout, const Pieces& pieces,
             const SlotSet& live, unsigned copy)
      : out_(out),
        program_(program),
        layout_(layout),
        pieces_(pieces),
        uses_(uses_of(program, pieces, live)),
        registers_(layout.slots, temporary / layout.vectors),
        uniform_(layout.slots),
        first_byte_(std::int64_t{32} * layout.vectors * copy) {
    for (Slot s = 0; s < program.literals.size(); ++s) uniform_[s] = true;
    for (Slot s = 0; s < StepCode::extras; ++s) uniform_[program.slots + s] = true;
    for (const Slot s : {program.time_slot, program.time.step}) uniform_[s] = true;
  }

  void run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].moment != Moment::None)
        call_moment(pieces_[i].moment);
      else if (uses_[i].needed)
        instruction(*pieces_[i].instruction, uses_[i]);
    }
    store_all();
  }

 private:
  // Literals are the same in all copies, too: one vector of each stays nearer than several.
  Operand memory(Slot slot, unsigned vector) const {
    const auto first = static_cast<std::int64_t>(slot * layout_.stride * sizeof(double));
    return Operand::mem(slots_base,
                        first + (slot < program_.literals.size() ? 0 : first_byte_ + vector * 32));
  }
  unsigned register_of(int group, unsigned vector) const {
    return static_cast<unsigned>(group) * layout_.vectors + vector;
  }
  // Of what is the same in all lanes only the first vector is made and read.
  Operand operand(Slot slot, unsigned vector) const {
    const unsigned v = uniform_[slot] ? 0 : vector;
    const int group = registers_.group_of(slot);
    return group < 0 ? memory(slot, v) : Operand::reg(register_of(group, v));
  }
  // The register that holds the value, loaded into `spare` if none does.
  unsigned loaded(Slot slot, unsigned vector, unsigned spare) {
    const Operand at = operand(slot, vector);
    if (at.in_register) return at.number;
    out_.load(spare, at);
    return spare;
  }

  void store(int group) {
    const Slot slot = registers_.slot_of(group);
    const bool ours_alone = slot >= program_.slots && slot < program_.slots + StepCode::extras;
    for (unsigned v = 0; v < (ours_alone ? 1 : layout_.vectors); ++v)
      out_.store(memory(slot, v), register_of(group, uniform_[slot] ? 0 : v));
  }
  // Afterwards every slot that is still needed holds its value, and no register does.
  void store_all() {
    registers_.for_dirty([this](int group) { store(group); });
    registers_.clear();
  }

  void instruction(const Instruction& in, const Uses& uses) {
    if (!known(in.op)) return call_kernel(in);
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    // Groups of operands stay where they are until the value is made, even those it may take the place of.
    std::array<int, 3> held{-1, -1, -1};
    for (unsigned k = 0; k < 3; ++k)
      if (kinds[k] == 's') held[k] = registers_.group_of(fields[k]);
    int into = -1;
    for (unsigned k = 0; k < 3; ++k)
      if (held[k] >= 0 && uses.of_operand[k] == never) into = held[k];
    if (into < 0) into = make_room(held);
    bool uniform = true;
    for (unsigned k = 0; k < 3; ++k) uniform = uniform && (kinds[k] != 's' || uniform_[fields[k]]);
    // Downwards: the first vector of a uniform operand, whose place this may take, is read for all.
    for (unsigned v = uniform ? 1 : layout_.vectors; v-- > 0;) compute(in, register_of(into, v), v);
    for (unsigned k = 0; k < 3; ++k)
      if (held[k] >= 0) registers_.used(held[k], uses.of_operand[k]);
    registers_.forget(in.target);
    uniform_[in.target] = uniform;
    registers_.hold(into, in.target, uses.of_target);
  }

  int make_room(std::array<int, 3>& held) {
    int group = registers_.free_or_farthest(held);
    if (group < 0) group = held[0];  // all hold operands: one of those is read from memory then
    if (registers_.must_store(group)) store(group);
    registers_.release(group);
    for (int& each : held)
      if (each == group) each = -1;
    return group;
  }

  // One vector of the instruction's result into register `to`, which may be that of an operand: it is
  // written last. The same operations in the same order as functions.hpp.
  void compute(const Instruction& in, unsigned to, unsigned v) {
    const auto a = [&](unsigned spare) { return loaded(in.a, v, spare); };
    switch (in.op) {
      case Opcode::Copy:
        return out_.load(to, operand(in.a, v));
      case Opcode::Negate:
        return out_.vector(Vector::Xor, to, a(temporary), constant(&Constants::sign));
      case Opcode::Abs:
        return out_.vector(Vector::And, to, a(temporary), constant(&Constants::rest));
      case Opcode::Sqrt:
        return out_.sqrt(to, operand(in.a, v));
      case Opcode::Floor:
        return out_.round(Rounding::Floor, to, operand(in.a, v));
      case Opcode::Truncate:
        return out_.round(Rounding::Truncate, to, operand(in.a, v));
      case Opcode::Not:
        out_.compare(Compare::Equal, temporary, a(temporary), constant(&Constants::zero));
        return truth(to, temporary);
      case Opcode::IsNotAvailable: {
        const unsigned x = a(temporary);
        out_.compare(Compare::Unordered, temporary, x, Operand::reg(x));
        return truth(to, temporary);
      }
      case Opcode::Add:
        return commutative(Vector::Add, in, to, v);
      case Opcode::Multiply:
        return commutative(Vector::Multiply, in, to, v);
      case Opcode::Subtract:
        return out_.vector(Vector::Subtract, to, a(temporary), operand(in.b, v));
      case Opcode::Divide:
        return out_.vector(Vector::Divide, to, a(temporary), operand(in.b, v));
      case Opcode::Less:
        return relation(Compare::Less, in, to, v);
      case Opcode::LessEqual:
        return relation(Compare::LessEqual, in, to, v);
      case Opcode::Equal:
        return relation(Compare::Equal, in, to, v);
      case Opcode::NotEqual:
        return relation(Compare::NotEqual, in, to, v);
      case Opcode::And:
        return connective(Vector::And, in, to, v);
      case Opcode::Or:
        return connective(Vector::Or, in, to, v);
      case Opcode::Min:
        return extreme(Vector::Min, in, to, v);
      case Opcode::Max:
        return extreme(Vector::Max, in, to, v);
      case Opcode::Select: {
        out_.compare(Compare::NotEqual, temporary, a(temporary), constant(&Constants::zero));
        const unsigned otherwise = loaded(in.c, v, second_temporary);
        return out_.blend(to, otherwise, operand(in.b, v), temporary);
      }
      case Opcode::SafeDivide:
        out_.vector(Vector::Divide, second_temporary, a(second_temporary), operand(in.b, v));
        out_.compare(Compare::Equal, temporary, loaded(in.b, v, temporary), constant(&Constants::zero));
        return out_.blend(to, second_temporary, operand(in.c, v), temporary);
      case Opcode::Xidz:
        out_.vector(Vector::Divide, second_temporary, a(second_temporary), operand(in.b, v));
        out_.vector(Vector::And, temporary, loaded(in.b, v, temporary), constant(&Constants::rest));
        out_.compare(Compare::Less, temporary, temporary, constant(&Constants::tiny));
        return out_.blend(to, second_temporary, operand(in.c, v), temporary);
      case Opcode::Advance:
        out_.vector(Vector::Multiply, temporary, loaded(in.b, v, temporary), operand(in.c, v));
        return out_.vector(Vector::Add, to, temporary, operand(in.a, v));
      default:
        assert(false);
    }
  }

  void truth(unsigned to, unsigned mask) { out_.vector(Vector::And, to, mask, constant(&Constants::one)); }

  void commutative(Vector op, const Instruction& in, unsigned to, unsigned v) {
    const Operand b = operand(in.b, v);
    if (b.in_register) return out_.vector(op, to, b.number, operand(in.a, v));
    out_.vector(op, to, loaded(in.a, v, temporary), b);
  }

  void relation(Compare how, const Instruction& in, unsigned to, unsigned v) {
    out_.compare(how, temporary, loaded(in.a, v, temporary), operand(in.b, v));
    truth(to, temporary);
  }

  void connective(Vector op, const Instruction& in, unsigned to, unsigned v) {
    const Operand zero = constant(&Constants::zero);
    out_.compare(Compare::NotEqual, temporary, loaded(in.a, v, temporary), zero);
    out_.compare(Compare::NotEqual, second_temporary, loaded(in.b, v, second_temporary), zero);
    out_.vector(op, temporary, temporary, Operand::reg(second_temporary));
    truth(to, temporary);
  }

  // The instruction gives its second operand where one is NaN; we want NaN where the first is, too.
  void extreme(Vector op, const Instruction& in, unsigned to, unsigned v) {
    const unsigned x = loaded(in.a, v, temporary);
    out_.vector(op, second_temporary, x, operand(in.b, v));
    out_.compare(Compare::Unordered, temporary, x, Operand::reg(x));
    out_.blend(to, second_temporary, operand(in.a, v), temporary);
  }

  void call(std::uint64_t function) {
    out_.zero_upper();
    out_.move(General::Rdi, frame_base);
    out_.move(General::Rax, function);
    out_.call(General::Rax);
  }

  void call_kernel(const Instruction& in) {
    store_all();
    out_.move(General::Rsi, reinterpret_cast<std::uint64_t>(&in));
    out_.move(General::Rdx, 1);
    call(reinterpret_cast<std::uint64_t>(kernels_of(Level::Native)));
    for (std::uint64_t t = 0; t < targets_of(in); ++t) uniform_[in.target + t] = false;
  }

  void call_moment(Moment moment) {
    store_all();
    out_.move(General::Rsi, static_cast<std::uint64_t>(moment));
    call(reinterpret_cast<std::uint64_t>(layout_.moment));
  }

  Assembler& out_;
  const Program& program_;
  const Layout& layout_;
  const Pieces& pieces_;
  const std::vector<Uses> uses_;
  Registers registers_;
  SlotSet uniform_;  // whose present values are the same in all lanes
  const std::int64_t first_byte_;
};

}  // namespace

void translate(Assembler& out, const Program& program, const Layout& layout, const Pieces& pieces,
               const SlotSet& live) {
  for (unsigned copy = 0; copy < layout.copies; ++copy)
    Translator(out, program, layout, pieces, live, copy).run();
}

bool self_contained(const Pieces& pieces) {
  return std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return piece.moment == Moment::None && known(piece.instruction->op);
  });
}

}  // namespace flowyard::worker::engine::native
