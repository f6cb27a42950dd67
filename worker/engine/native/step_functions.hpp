// StepFunctions: the steps of one Program by one method of integration as machine code, for blocks of one
// stride. Owned by a Block; must not outlive the Program and the StepCode it was made from. The functions
// give the same bits as the kernels do.
#pragma once

#include <memory>

#include "worker/engine/native/executable.hpp"
#include "worker/engine/native/translator.hpp"

namespace flowyard::worker::engine::native {

class StepFunctions {
 public:
  // nullptr where this processor or system cannot run such code, or the program is too large for it.
  static std::unique_ptr<StepFunctions> make(const Program& program, const StepCode& code, std::size_t stride,
                                             MomentCall moment);

  std::size_t strip_lanes() const { return layout_.strip_lanes(); }
  std::size_t stride() const { return layout_.stride; }

  // All of a strip: `evaluate` is section `step`; `take_steps` goes from one evaluated start of a step to
  // another, `count` steps later.
  void evaluate(Frame& strip) const;
  void take_steps(Frame& strip, std::uint64_t count) const;

 private:
  using Function = void (*)(double* slots, Frame* strip, std::uint64_t repeats, const Constants* constants);

  StepFunctions() = default;
  void call(Function function, Frame& strip, std::uint64_t repeats) const;

  Layout layout_;
  std::unique_ptr<Executable> memory_;
  Function evaluate_ = nullptr;
  Function leave_ = nullptr;      // from an evaluated start to the next start
  Function pass_over_ = nullptr;  // evaluates and leaves, so many times
};

}  // namespace flowyard::worker::engine::native
