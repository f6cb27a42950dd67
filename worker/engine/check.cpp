#include "worker/engine/check.hpp"

#include <cmath>
#include <initializer_list>

#include "worker/engine/random.hpp"

namespace flowyard::worker::engine {
namespace {

struct Unsound {
  std::string why;
};

// Throws Unsound at the first error; caught in check_program, the only entry.
class Checker {
 public:
  explicit Checker(const Program& program) : p_(program) {}

  void run() const {
    require(p_.slots <= kMaxSlots, "too many slots");
    require(p_.literals.size() <= p_.slots, "more literals than slots");
    slot(p_.time_slot);
    range(p_.first_stock, p_.stocks.size());
    tables();
    parameters();
    for (const auto& stock : p_.stocks) slot(stock.rate);
    for (const auto& state : p_.states) slots({state.slot, state.next});
    for (const auto& delay : p_.delays) {
      slots({delay.slot, delay.input, delay.length, delay.otherwise});
      require(delay.kind <= DelayKind::Information, "unknown kind of delay");
    }
    for (const auto& shift : p_.shifts) {
      slots({shift.condition, shift.accumulate, shift.value});
      require(shift.count > 0 && std::uint64_t{shift.first} + shift.count <= p_.stocks.size(),
              "stocks to shift out of range");
    }
    conveyors();
    slots({p_.time.start, p_.time.stop, p_.time.step, p_.time.save_every});
    require(p_.time.method <= Method::RungeKuttaAuto, "unknown method");
    for (const std::uint32_t operand : p_.operands) slot(operand);
    for (const Code* code : {&p_.invariant, &p_.initial, &p_.step, &p_.save, &p_.stocks_code, &p_.finish})
      for (const Instruction& instruction : *code) check(instruction);
    for (const auto& reduction : p_.reductions) {
      require(static_cast<int>(reduction.kind) < kReductionKinds, "unknown reduction");
      slots({reduction.input, reduction.at});
      written(reduction.result, 3);
    }
    for (const auto& output : p_.outputs) {
      require(output.elements.size() == output.slots.size() && !output.slots.empty(), "an output's elements");
      for (const Slot s : output.slots) slot(s);
    }
    for (const auto& outcome : p_.outcomes) slot(outcome.slot);
  }

 private:
  static void require(bool sound, const char* what) {
    if (!sound) throw Unsound{what};
  }
  void slot(std::uint64_t s) const { require(s < p_.slots, "a slot out of range"); }
  void slots(std::initializer_list<Slot> all) const {
    for (const Slot s : all) slot(s);
  }
  void range(std::uint64_t first, std::uint64_t count) const {
    require(first + count <= p_.slots, "slots out of range");
  }
  // Nothing may write to literals: they are set once for all runs of a Runner.
  void written(std::uint64_t first, std::uint64_t count) const {
    range(first, count);
    require(first >= p_.literals.size(), "an instruction writes to a literal");
  }

  void tables() const {
    require(p_.xs.size() == p_.ys.size(), "points of tables");
    for (const Table& table : p_.tables) {
      const std::uint64_t last = std::uint64_t{table.first} + table.count;
      require(table.count > 0 && last <= p_.xs.size(), "points of a table");
      require(table.mode <= TableMode::Discrete, "unknown table mode");
      slot(table.replacement);
      for (std::uint64_t i = table.first; i < last; ++i) {
        require(std::isfinite(p_.xs[i]) && std::isfinite(p_.ys[i]), "a point that is not finite");
        require(i == table.first || p_.xs[i - 1] <= p_.xs[i], "points out of order");
      }
    }
  }

  void conveyors() const {
    for (const auto& conveyor : p_.conveyors) {
      require(conveyor.stock < p_.stocks.size(), "a stock out of range");
      slots({conveyor.inflow, conveyor.length, conveyor.sample, conveyor.arrest});
      for (const ConveyorLeak& leak : conveyor.leaks) slot(leak.fraction);
      require(conveyor.leaks.size() <= 1000, "too many leaks");
    }
    for (const auto& queue : p_.queues) {
      require(queue.stock < p_.stocks.size(), "a stock out of range");
      require(queue.outflows.size() <= 1000, "too many outflows");
    }
  }

  void parameters() const {
    for (const Parameter& parameter : p_.parameters) {
      require(!parameter.elements.empty(), "a parameter without elements");
      written(parameter.first_slot, parameter.elements.size());
      if (parameter.is_lookup) {
        require(parameter.first_table + parameter.elements.size() <= p_.tables.size(), "tables out of range");
      } else {
        require(parameter.defaults.size() == parameter.elements.size(), "defaults of a parameter");
      }
    }
  }

  void check(const Instruction& in) const {
    require(in.op < Opcode::Count_, "unknown instruction");
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    const char* kinds = info(in.op).operands;
    if (kinds[0] == 'o') require(in.b <= kMaxSlots && in.c <= kMaxSlots, "too many operands");
    if (in.op == Opcode::RandomBetween)
      require(in.c < static_cast<std::uint32_t>(Distribution::Count_), "unknown distribution");
    if (in.op == Opcode::InvertMatrix) require(in.b <= kMaxMatrixSide, "a matrix too large");
    for (int i = 0; i < 3; ++i) operand(kinds[i], fields[i], in);
    written(in.target, targets_of(in));
  }

  void operand(char kind, std::uint32_t value, const Instruction& in) const {
    if (kind == 's') slot(value);
    if (kind == 't') require(value < p_.tables.size(), "a table out of range");
    if (kind == 'r') require(value < p_.streams.size(), "a random stream out of range");
    if (kind == 'k') require(value < p_.stocks.size(), "a stock out of range");
    if (kind == 'v')
      require(value < p_.conveyors.size() && p_.conveyors[value].leaks.size() == in.c,
              "a conveyor out of range");
    if (kind == 'q')
      require(value < p_.queues.size() && p_.queues[value].outflows.size() == in.c, "a queue out of range");
    if (kind == 'g') require(value < 4, "a time setting out of range");
    if (kind == 'o') require(value + operands_of(in) <= p_.operands.size(), "operands out of range");
  }

  const Program& p_;
};

}  // namespace

Result<void> check_program(const Program& program) {
  try {
    Checker(program).run();
  } catch (const Unsound& flaw) {
    return invalid("the compiled model is unsound: " + flaw.why);
  }
  return {};
}

}  // namespace flowyard::worker::engine
