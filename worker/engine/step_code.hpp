// StepCode: how one time step of a Program is taken by a method of integration, written as code of the same
// kind as the program's own, over its slots and some more behind them. Kernels and machine code execute the
// same code, and so integrate in the same way. Pure.
#pragma once

#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

// What only Block can do, between two pieces of code.
enum class StepHook : std::uint8_t {
  None,
  Hold,      // delays, conveyors, queues and shifts read the values at the step's start
  Release,   // and write their outputs to their slots
  Series,    // parameters given as series take their values of the slot of time
  Adaptive,  // RungeKuttaAuto: the stocks at the end of the step
};

struct Segment {
  Code code;
  StepHook after = StepHook::None;
};

struct StepCode {
  // Slots behind the program's own, the same in all lanes. `begin` of a run fills those marked so.
  struct Extra {
    Slot steps = 0;  // begin: 0; steps taken so far
    Slot one = 0;    // begin: 1
    Slot two = 0;    // begin: 2
    Slot three = 0;  // begin: 3
    Slot six = 0;    // begin: 6
    Slot zero = 0;   // begin: 0
    Slot start = 0;  // begin: the start time
    Slot now = 0;    // time at the step's start
    Slot step = 0;   // its length, and that divided by 2, 3 and 6
    Slot half = 0;
    Slot third = 0;
    Slot sixth = 0;
  } extra;
  static constexpr Slot kExtras = 12;  // the slots of `extra`, next behind the program's
  std::uint32_t slots = 0;             // the program's, these, and others that differ between lanes
  // Among the others: for sums over stocks that are computed in advance. None where there are few stocks.
  Slot first_sum = 0;
  std::uint32_t sums = 0;

  // From a step's start, section `step` having been executed there, to the next step's start.
  std::vector<Segment> segments;
  // What depends on the settings only; executed at the begin of a run.
  Code prepare;
};

// `with_series`: some parameters change with time, and with them what section `invariant` computes.
StepCode make_step_code(const Program& program, Method method, bool with_series);

}  // namespace flowyard::worker::engine
