#include "tests/support/logistic_program.hpp"

namespace flowyard::test {
namespace {

using worker::engine::Instruction;
using worker::engine::Opcode;
using worker::engine::Parameter;
using worker::engine::Slot;

enum Slots : Slot {
  one,
  default_start,
  default_stop,
  default_step,
  default_save,
  first_population,  // the last literal
  start,
  stop,
  step,
  save,
  now,
  growth_rate,
  carrying_capacity,
  population,
  growth,
  room,
  final_population,
  peak_population = final_population + 3,
  slots_in_all = peak_population + 3,
};

Instruction instruction(Opcode op, Slot target, std::uint32_t a, std::uint32_t b) {
  return {.op = op, .once_a_step = 0, .target = target, .a = a, .b = b, .c = 0};
}

Parameter parameter(const char* name, double value, Slot slot) {
  Parameter made;
  made.name = name;
  made.elements = {""};
  made.defaults = {value};
  made.first_slot = slot;
  return made;
}

}  // namespace

worker::engine::Program logistic_program() {
  using worker::engine::ReductionKind;
  worker::engine::Program program;
  program.name = "logistic";
  program.slots = slots_in_all;
  program.literals = {1, 0, 100, 1, 1, 100};
  program.time_slot = now;
  program.parameters = {parameter("growth_rate", 0.02, growth_rate),
                        parameter("carrying_capacity", 10'000, carrying_capacity)};
  program.first_stock = population;
  program.stocks = {{.name = "Population", .element = "", .synthesized = false, .rate = growth}};
  program.time.start = start;
  program.time.stop = stop;
  program.time.step = step;
  program.time.save_every = save;
  program.time.default_start = 0;
  program.time.default_stop = 100;
  program.time.default_step = 1;
  program.time.default_save_every = 1;
  program.invariant = {instruction(Opcode::Setting, start, default_start, 0),
                       instruction(Opcode::Setting, stop, default_stop, 1),
                       instruction(Opcode::Setting, step, default_step, 2),
                       instruction(Opcode::Setting, save, default_save, 3)};
  program.initial = {instruction(Opcode::InitialStock, population, first_population, 0)};
  program.step = {instruction(Opcode::Divide, room, population, carrying_capacity),
                  instruction(Opcode::Subtract, room, one, room)};
  program.stocks_code = {instruction(Opcode::Multiply, growth, growth_rate, population),
                         instruction(Opcode::Multiply, growth, growth, room)};
  program.reductions = {
      {.kind = ReductionKind::Last, .input = population, .at = population, .result = final_population},
      {.kind = ReductionKind::Max, .input = population, .at = population, .result = peak_population}};
  program.outputs = {{.name = "Population", .elements = {""}, .slots = {population}}};
  program.outcomes = {{.name = "final", .slot = final_population}, {.name = "peak", .slot = peak_population}};
  return program;
}

}  // namespace flowyard::test
