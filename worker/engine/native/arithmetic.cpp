#include "worker/engine/native/arithmetic.hpp"

#include <cassert>

namespace flowyard::worker::engine::native {
namespace {

// The opcodes without a short form; -Wswitch makes a new opcode be classified.
#define WITHOUT_SHORT_FORM         \
  case Opcode::Exp:                \
  case Opcode::Ln:                 \
  case Opcode::Sin:                \
  case Opcode::Cos:                \
  case Opcode::Tan:                \
  case Opcode::ArcSin:             \
  case Opcode::ArcCos:             \
  case Opcode::ArcTan:             \
  case Opcode::Sinh:               \
  case Opcode::Cosh:               \
  case Opcode::Tanh:               \
  case Opcode::GammaLn:            \
  case Opcode::Power:              \
  case Opcode::Remainder:          \
  case Opcode::FloorModulo:        \
  case Opcode::ArcTan2:            \
  case Opcode::Lookup:             \
  case Opcode::LookupInverse:      \
  case Opcode::LookupForward:      \
  case Opcode::LookupBackward:     \
  case Opcode::LookupExtrapolate:  \
  case Opcode::LookupInside:       \
  case Opcode::LookupIntegral:     \
  case Opcode::LookupSlopeLeft:    \
  case Opcode::LookupSlopeRight:   \
  case Opcode::Random:             \
  case Opcode::RandomNormal:       \
  case Opcode::RandomBetween:      \
  case Opcode::InitialStock:       \
  case Opcode::Setting:            \
  case Opcode::SortOrder:          \
  case Opcode::Rank:               \
  case Opcode::InvertMatrix:       \
  case Opcode::AllocateAvailable:  \
  case Opcode::AllocateByPriority: \
  case Opcode::FindMarketPrice:    \
  case Opcode::QuantityAtPrice:    \
  case Opcode::VectorLookup:       \
  case Opcode::ConveyorFlows:      \
  case Opcode::ConveyorStart:      \
  case Opcode::QueueFlows:         \
  case Opcode::QueueStart:         \
  case Opcode::ArrayElement:       \
  case Opcode::Count_:

class Arithmetic {
 public:
  Arithmetic(Assembler& out, const std::array<Operand, 3>& operands)
      : out_(out), a_(operands[0]), b_(operands[1]), c_(operands[2]) {}

  void write(Opcode op, unsigned to) {
    const auto a = [&](unsigned spare) { return loaded(a_, spare); };
    switch (op) {
      case Opcode::Copy:
        return out_.load(to, a_);
      case Opcode::Negate:
        return out_.vector(Vector::Xor, to, a(kTemporary), constant(&Constants::sign));
      case Opcode::Abs:
        return out_.vector(Vector::And, to, a(kTemporary), constant(&Constants::rest));
      case Opcode::Sqrt:
        return out_.sqrt(to, a_);
      case Opcode::Floor:
        return out_.round(Rounding::Floor, to, a_);
      case Opcode::Truncate:
        return out_.round(Rounding::Truncate, to, a_);
      case Opcode::Not:
        out_.compare(Compare::Equal, kTemporary, a(kTemporary), constant(&Constants::zero));
        return truth(to, kTemporary);
      case Opcode::IsNotAvailable: {
        const unsigned x = a(kTemporary);
        out_.compare(Compare::Unordered, kTemporary, x, Operand::reg(x));
        return truth(to, kTemporary);
      }
      case Opcode::Add:
        return commutative(Vector::Add, to);
      case Opcode::Multiply:
        return commutative(Vector::Multiply, to);
      case Opcode::Subtract:
        return out_.vector(Vector::Subtract, to, a(kTemporary), b_);
      case Opcode::Divide:
        return out_.vector(Vector::Divide, to, a(kTemporary), b_);
      case Opcode::Less:
        return relation(Compare::Less, to);
      case Opcode::LessEqual:
        return relation(Compare::LessEqual, to);
      case Opcode::Equal:
        return relation(Compare::Equal, to);
      case Opcode::NotEqual:
        return relation(Compare::NotEqual, to);
      case Opcode::And:
        return connective(Vector::And, to);
      case Opcode::Or:
        return connective(Vector::Or, to);
      case Opcode::Min:
        return extreme(Vector::Min, to);
      case Opcode::Max:
        return extreme(Vector::Max, to);
      case Opcode::Select: {
        out_.compare(Compare::NotEqual, kTemporary, a(kTemporary), constant(&Constants::zero));
        const unsigned otherwise = loaded(c_, kSecondTemporary);
        return out_.blend(to, otherwise, b_, kTemporary);
      }
      case Opcode::SafeDivide:
        out_.vector(Vector::Divide, kSecondTemporary, a(kSecondTemporary), b_);
        out_.compare(Compare::Equal, kTemporary, loaded(b_, kTemporary), constant(&Constants::zero));
        return out_.blend(to, kSecondTemporary, c_, kTemporary);
      case Opcode::Xidz:
        out_.vector(Vector::Divide, kSecondTemporary, a(kSecondTemporary), b_);
        out_.vector(Vector::And, kTemporary, loaded(b_, kTemporary), constant(&Constants::rest));
        out_.compare(Compare::Less, kTemporary, kTemporary, constant(&Constants::tiny));
        return out_.blend(to, kSecondTemporary, c_, kTemporary);
      case Opcode::Advance:
        out_.vector(Vector::Multiply, kTemporary, loaded(b_, kTemporary), c_);
        return out_.vector(Vector::Add, to, kTemporary, a_);
        WITHOUT_SHORT_FORM
        assert(false);
    }
  }

 private:
  void truth(unsigned to, unsigned mask) { out_.vector(Vector::And, to, mask, constant(&Constants::one)); }

  void commutative(Vector op, unsigned to) {
    if (b_.in_register) return out_.vector(op, to, b_.number, a_);
    out_.vector(op, to, loaded(a_, kTemporary), b_);
  }

  void relation(Compare how, unsigned to) {
    out_.compare(how, kTemporary, loaded(a_, kTemporary), b_);
    truth(to, kTemporary);
  }

  void connective(Vector op, unsigned to) {
    const Operand zero = constant(&Constants::zero);
    out_.compare(Compare::NotEqual, kTemporary, loaded(a_, kTemporary), zero);
    out_.compare(Compare::NotEqual, kSecondTemporary, loaded(b_, kSecondTemporary), zero);
    out_.vector(op, kTemporary, kTemporary, Operand::reg(kSecondTemporary));
    truth(to, kTemporary);
  }

  // The instruction returns its second operand where one is NaN; the result must be NaN where the first is,
  // too.
  void extreme(Vector op, unsigned to) {
    const unsigned x = loaded(a_, kTemporary);
    out_.vector(op, kSecondTemporary, x, b_);
    out_.compare(Compare::Unordered, kTemporary, x, Operand::reg(x));
    out_.blend(to, kSecondTemporary, a_, kTemporary);
  }

  // The register that holds the value, loaded into `spare` if none does.
  unsigned loaded(const Operand& from, unsigned spare) {
    if (from.in_register) return from.number;
    out_.load(spare, from);
    return spare;
  }

  Assembler& out_;
  const Operand a_;
  const Operand b_;
  const Operand c_;
};

}  // namespace

bool has_short_form(Opcode op) {
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
      WITHOUT_SHORT_FORM
      return false;
  }
  return false;
}

#undef WITHOUT_SHORT_FORM

void write_operation(Assembler& out, Opcode op, unsigned to, const std::array<Operand, 3>& operands) {
  Arithmetic(out, operands).write(op, to);
}

}  // namespace flowyard::worker::engine::native
