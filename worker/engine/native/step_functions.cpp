#include "worker/engine/native/step_functions.hpp"

#include <cstddef>

namespace flowyard::worker::engine::native {
namespace {

// Offsets from a slot's address are of 31 bits; and beyond some size code is not faster than kernels.
constexpr std::size_t max_bytes = std::size_t{1} << 31U;
constexpr std::size_t max_instructions = 2'000'000;

Pieces pieces_of(const Code& code) {
  Pieces pieces;
  pieces.reserve(code.size());
  for (const Instruction& in : code) pieces.push_back({.instruction = &in});
  return pieces;
}

Pieces pieces_of(const StepCode& step) {
  Pieces pieces;
  for (const Segment& segment : step.segments) {
    for (const Instruction& in : segment.code) pieces.push_back({.instruction = &in});
    if (segment.after != Moment::None) pieces.push_back({.moment = segment.after});
  }
  return pieces;
}

// What others than the steps read: saves, outcomes, time settings, delays and the like.
void add_read_by_others(const Program& p, SlotSet& slots) {
  add_exposed(p, pieces_of(p.save), slots);
  add_exposed(p, pieces_of(p.finish), slots);
  for (const Output& output : p.outputs)
    for (const Slot s : output.slots) slots[s] = true;
  for (const Outcome& outcome : p.outcomes) slots[outcome.slot] = true;
  for (const Reduction& r : p.reductions) slots[r.input] = slots[r.at] = true;
  for (const Slot s : {p.time_slot, p.time.start, p.time.stop, p.time.step, p.time.save_every})
    slots[s] = true;
}

SlotSet with(SlotSet a, const SlotSet& b) {
  for (std::size_t s = 0; s < a.size(); ++s) a[s] = a[s] || b[s];
  return a;
}

// Half of a usual first-level cache: what a strip of 16 lanes may take of it; more go in strips of 8.
constexpr std::size_t near_cache_bytes = 16 * 1024;
// A processor looks some hundred instructions ahead, so it can overlap two copies of short code; of one alone
// the parts wait for each other.
constexpr std::size_t short_code = 40;

Layout laid_out(std::size_t slots, std::size_t stride, MomentCall moment, const Pieces& code) {
  constexpr std::size_t wide = 16;
  Layout layout{.stride = stride, .slots = slots, .moment = moment};
  if (stride < wide || slots * wide * sizeof(double) > near_cache_bytes) return layout;
  layout.vectors = 4;
  if (stride >= 2 * wide && code.size() <= short_code && self_contained(code)) layout.copies = 2;
  return layout;
}

constexpr General saved[] = {General::Rbx, General::Rbp, General::R12, General::R13};
constexpr General repeats = General::R13;

// A function around `body`, which it repeats; the calling convention is that of System V, so the stack is
// aligned to 16 again after four registers and 8 bytes more.
template <class Body>
std::size_t function(Assembler& out, Body body) {
  out.align(32);
  const std::size_t entry = out.size();
  for (const General r : saved) out.push(r);
  out.push(General::Rax);
  out.move(slots_base, General::Rdi);
  out.move(frame_base, General::Rsi);
  out.move(repeats, General::Rdx);
  out.move(constants_base, General::Rcx);
  const std::size_t top = out.size();
  body();
  out.decrement(repeats);
  out.jump_if_not_zero(top);
  out.zero_upper();
  out.pop(General::Rax);
  for (std::size_t k = std::size(saved); k-- > 0;) out.pop(saved[k]);
  out.leave();
  return entry;
}

const Constants constants;

}  // namespace

std::unique_ptr<StepFunctions> StepFunctions::make(const Program& program, const StepCode& code,
                                                   std::size_t stride, MomentCall moment) {
#if !defined(__x86_64__)
  return nullptr;
#endif
  const Pieces evaluate = pieces_of(program.step);
  const Pieces leave = pieces_of(code);
  Pieces both = evaluate;
  both.insert(both.end(), leave.begin(), leave.end());
  const Layout layout = laid_out(code.slots, stride, moment, both);
  if (layout.slots * layout.stride * sizeof(double) >= max_bytes || both.size() > max_instructions)
    return nullptr;

  const SlotSet none(layout.slots);
  SlotSet others = none;
  add_read_by_others(program, others);
  SlotSet by_leave = none;
  add_exposed(program, leave, by_leave);
  SlotSet by_both = none;
  add_exposed(program, both, by_both);
  // After a step comes `evaluate`, by itself or as part of `both`: what it writes is of no use before.
  SlotSet after_step = others;
  SlotSet written = none;
  add_written(evaluate, written);
  for (std::size_t s = 0; s < layout.slots; ++s) after_step[s] = (others[s] && !written[s]) || by_both[s];
  const SlotSet after_evaluation = with(with(others, by_leave), by_both);

  Assembler out;
  const auto count_step = [&] { out.increment_word(frame_base, offsetof(Frame, step_index)); };
  const std::size_t first =
      function(out, [&] { translate(out, program, layout, evaluate, after_evaluation); });
  const std::size_t second = function(out, [&] {
    translate(out, program, layout, leave, after_step);
    count_step();
  });
  const std::size_t third = function(out, [&] {
    translate(out, program, layout, both, after_step);
    count_step();
  });
  std::unique_ptr<StepFunctions> made(new StepFunctions);
  made->layout_ = layout;
  made->memory_ = Executable::make(out.take());
  if (!made->memory_) return nullptr;
  made->evaluate_ = made->memory_->at<Function>(first);
  made->leave_ = made->memory_->at<Function>(second);
  made->pass_over_ = made->memory_->at<Function>(third);
  return made;
}

void StepFunctions::call(Function function, Frame& strip, std::uint64_t repeats) const {
  function(strip.slots, &strip, repeats, &constants);
}

void StepFunctions::evaluate(Frame& strip) const {
  call(evaluate_, strip, 1);
}

void StepFunctions::take_steps(Frame& strip, std::uint64_t count) const {
  call(leave_, strip, 1);
  if (count > 1) call(pass_over_, strip, count - 1);
  call(evaluate_, strip, 1);
}

}  // namespace flowyard::worker::engine::native
