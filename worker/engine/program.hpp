// Program: a compiled model. Flat slots (one number per lane each), three-address code over them, and tables
// of what stands in which slot. Immutable, shared by all runs; made by controller/compiler or read from bytes
// (serialize.hpp), in both cases proved sound by check_program (check.hpp), so that the VM merely asserts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flowyard::worker::engine {

using Slot = std::uint32_t;

enum class Opcode : std::uint16_t {
#define UNARY(Name, mnemonic, expression, meaning) Name,
#define BINARY(Name, mnemonic, expression, meaning) Name,
#define TERNARY(Name, mnemonic, expression, meaning) Name,
#define SPECIAL(Name, mnemonic, operands, meaning) Name,
#define GATHERED(Name, mnemonic, operands, read, written, meaning) Name,
#include "worker/engine/opcodes.def"
  Count_,
};

struct OpcodeInfo {
  const char* mnemonic;
  const char* operands;  // three letters, see opcodes.def
};
const OpcodeInfo& info(Opcode opcode);

struct Instruction {
  Opcode op = Opcode::Copy;
  // 1: once a step only, not in the trial evaluations of a Runge-Kutta method (random numbers, samples).
  std::uint16_t once_a_step = 0;
  Slot target = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;

  bool operator==(const Instruction&) const = default;
};

// The number of consecutive slots that an instruction writes, and for one whose `a` is an offset into
// Program::operands the number of entries it reads there.
std::uint64_t targets_of(const Instruction& instruction);
std::uint64_t operands_of(const Instruction& instruction);

enum class Method : std::uint8_t { Euler, RungeKutta2, RungeKutta4, RungeKuttaAuto };

// An input that a run may set. A constant has one slot per element; a lookup has one table per element, and a
// slot per element that takes its place when the run gives a number instead.
struct Parameter {
  std::string name;
  std::vector<std::string> elements;  // "A1", "A1,B2"; one empty text for a scalar
  std::vector<double> defaults;       // by element; empty for a lookup
  Slot first_slot = 0;
  bool is_lookup = false;
  std::uint32_t first_table = 0;  // lookups
  // Why it cannot be set, as it determines the program itself (the order of a delay); empty where it can.
  std::string fixed_because;
  std::string units;

  bool operator==(const Parameter&) const = default;
};

// Stocks stand in consecutive slots from Program::first_stock, in this order.
struct Stock {
  std::string name;
  std::string element;
  bool synthesized = false;   // made by the compiler for a delay or smooth
  bool non_negative = false;  // set to 0 at the end of a step that took it below
  Slot rate = 0;              // change per unit of time, valid after section `stocks`

  bool operator==(const Stock&) const = default;
};

// A value that is replaced once a step: becomes `next` (as it was at the step's start) at the step's end.
struct State {
  Slot slot = 0;
  Slot next = 0;

  bool operator==(const State&) const = default;
};

// A pipe: `slot` holds the input of `length` (in time; at least one step, rounded) ago, at first the initial
// value put there by section `initial`. Where the length may change, an input is put `length` ahead as that
// is when it enters: Material adds up what arrives together and gives `otherwise` where nothing does;
// Information lets a later input push out those that would arrive after it, and holds its last output.
enum class DelayKind : std::uint8_t { Fixed, Material, Information };

struct DelayLine {
  Slot slot = 0;
  Slot input = 0;
  Slot length = 0;     // Fixed: read once, after section `initial`; else at every step
  Slot otherwise = 0;  // Material
  DelayKind kind = DelayKind::Fixed;

  bool operator==(const DelayLine&) const = default;
};

// Vensim SHIFT IF TRUE: where `condition` held at the step's start, the values of `count` stocks move on by
// one at its end; the first becomes `value`, the last keeps its own too where `accumulate` is not 0.
struct StockShift {
  std::uint32_t first = 0;  // of Program::stocks
  std::uint32_t count = 0;
  Slot condition = 0;
  Slot accumulate = 0;
  Slot value = 0;

  bool operator==(const StockShift&) const = default;
};

// XMILE conveyor: the stock `stock` is its content. `length`, and the leak fractions for the start, are valid
// after section `initial`, the others at every step. See conveyor.hpp.
struct ConveyorLeak {
  double zone_start = 0;  // part of the way, from the entry
  double zone_end = 1;
  bool integers = false;
  Slot fraction = 0;

  bool operator==(const ConveyorLeak&) const = default;
};

struct Conveyor {
  std::uint32_t stock = 0;
  bool exponential = false;
  bool discrete = false;
  Slot inflow = 0;  // per unit of time, all together, as admitted
  Slot length = 0;
  Slot sample = 0;
  Slot arrest = 0;
  std::vector<ConveyorLeak> leaks;
  std::vector<double> initial_list;  // by unit of time or by place, from the end; empty: evenly

  bool operator==(const Conveyor&) const = default;
};

// XMILE queue: the stock `stock` is its content. See queue.hpp.
struct QueueOutflow {
  bool constrained = false;    // leads into a conveyor
  bool overflow = false;       // takes what the outflows before it could not
  bool one_at_a_time = false;  // at most one batch a step
  bool whole_batches = false;  // never a part of one

  bool operator==(const QueueOutflow&) const = default;
};

struct WaitingLine {
  std::uint32_t stock = 0;
  std::vector<QueueOutflow> outflows;

  bool operator==(const WaitingLine&) const = default;
};

enum class TableMode : std::uint8_t { Clamp, Extrapolate, Discrete };

// Points first..first+count of Program::xs and ys; xs never decrease, at least one point.
struct Table {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  TableMode mode = TableMode::Clamp;
  Slot replacement = 0;  // read instead where the run has replaced the table by a number

  bool operator==(const Table&) const = default;
};

// How an input is reduced over the saves. Times are model time; integral is by trapezoids; std divides by n.
enum class ReductionKind : std::uint8_t {
  First,
  Last,
  Min,
  Max,
  Mean,
  Sum,
  Integral,
  Std,
  TimeOfMax,
  TimeOfMin,
  FirstTime,
  LastTime,
  ValueAt,
  Fraction,
  Count,
};
inline constexpr int kReductionKinds = 15;

// Uses three consecutive slots from `result`; only the first is meaningful at the end.
struct Reduction {
  ReductionKind kind = ReductionKind::Last;
  Slot input = 0;
  Slot at = 0;  // ValueAt: the time wanted
  Slot result = 0;

  bool operator==(const Reduction&) const = default;
};

struct Output {
  std::string name;
  std::vector<std::string> elements;  // one empty text for a scalar
  std::vector<Slot> slots;

  bool operator==(const Output&) const = default;
};

struct Outcome {
  std::string name;
  Slot slot = 0;

  bool operator==(const Outcome&) const = default;
};

struct TimeSlots {
  Slot start = 0;
  Slot stop = 0;
  Slot step = 0;
  Slot save_every = 0;
  bool varies = false;  // stop, step or save_every change while running
  Method method = Method::Euler;
  // What they are with all parameters at their defaults; NaN where that is not known before running.
  double default_start = 0;
  double default_stop = 0;
  double default_step = 0;
  double default_save_every = 0;

  bool operator==(const TimeSlots&) const = default;
};

using Code = std::vector<Instruction>;

struct Program {
  std::string name;
  std::uint32_t slots = 0;
  std::vector<double> literals;  // slots 0.. of the program, the same in all lanes
  Slot time_slot = 0;
  std::vector<Parameter> parameters;
  Slot first_stock = 0;
  std::vector<Stock> stocks;
  std::vector<State> states;
  std::vector<DelayLine> delays;
  std::vector<StockShift> shifts;
  std::vector<Conveyor> conveyors;
  std::vector<WaitingLine> queues;
  std::vector<Table> tables;
  std::vector<double> xs;
  std::vector<double> ys;
  std::vector<std::uint64_t> streams;   // of random numbers: a hash of variable, element and place
  std::vector<std::uint32_t> operands;  // slots, for instructions with many
  TimeSlots time;

  // Sections in the order of running. `invariant`: once, what depends on parameters only. `initial`: once,
  // at the start time. Then for every step `step`, at saves `save`, and `stocks`. At the end `finish`.
  Code invariant;
  Code initial;
  Code step;
  Code save;
  Code stocks_code;
  std::vector<Reduction> reductions;
  Code finish;

  std::vector<Output> outputs;
  std::vector<Outcome> outcomes;

  bool operator==(const Program&) const = default;
};

// The parameter or stock called so, ignoring case and `_` against blank; nullptr if there is none.
const Parameter* find_parameter(const Program& program, const std::string& name);
bool same_name(const std::string& a, const std::string& b);

}  // namespace flowyard::worker::engine
