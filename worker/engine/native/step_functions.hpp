// StepFunctions: the steps of one Program by one method of integration, for blocks of one stride. Frequently
// executed code is compiled to machine code; until then kernels execute it, as always where the processor is
// not supported. Both give the same bits. Owned by a Block; must not outlive the Program and the StepCode it
// was made from.
#pragma once

#include <memory>

#include "worker/engine/native/arithmetic.hpp"
#include "worker/engine/native/executable.hpp"
#include "worker/engine/native/translator.hpp"

namespace flowyard::worker::engine::native {

class StepFunctions {
 public:
  // `few`: no more than four lanes matter.
  StepFunctions(const Program& program, const StepCode& code, Level level, std::size_t stride, bool few,
                StepHookCall hook);

  // 0: the whole block is one strip.
  std::size_t strip_lanes() const { return may_translate_ ? layout_.strip_lanes() : 0; }
  bool made_for(std::size_t stride, bool few) const { return layout_.stride == stride && few_ == few; }

  // For one strip: `evaluate` is section `step`; `take_steps` goes from one evaluated start of a step to
  // another, `count` steps later.
  void evaluate(Frame& strip);
  void take_steps(Frame& strip, std::uint64_t count);

 private:
  using Function = void (*)(double* slots, Frame* strip, std::uint64_t repeats, const Constants* constants);

  // Evaluates, advances to the next start of a step, or both, so many times; or only computes the sums that
  // the first of several iterations of both begins with.
  struct Routine {
    bool evaluates = false;
    bool leaves = false;
    std::uint64_t uses = 0;
    std::unique_ptr<Executable> memory = nullptr;
    Function function = nullptr;
  };

  void add_up_ahead();
  void run(Routine& routine, Frame& strip, std::uint64_t repeats);
  void interpret(const Routine& routine, Frame& strip) const;
  void translate(Routine& routine) const;
  SlotSet live_after(const Routine& routine) const;

  const Program& program_;
  const StepCode& code_;
  const Kernels kernels_;
  const bool few_;
  Layout layout_;
  bool may_translate_ = false;
  CodeItems evaluate_;
  CodeItems leave_;
  Code sums_;        // values live at the start of a step
  Code sums_ahead_;  // the same, for the next start
  CodeItems both_;
  Routine evaluating_{.evaluates = true};
  Routine leaving_{.leaves = true};
  Routine adding_up_{};
  Routine passing_over_{.evaluates = true, .leaves = true};
};

}  // namespace flowyard::worker::engine::native
