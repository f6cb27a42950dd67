#include "worker/engine/native/step_functions.hpp"

#include <algorithm>
#include <cstddef>

#include "worker/engine/native/arithmetic.hpp"
#include "worker/engine/native/schedule.hpp"

namespace flowyard::worker::engine::native {
namespace {

// Offsets from a slot's address are of 31 bits; and beyond some size code is not faster than kernels.
constexpr std::size_t kMaxBytes = std::size_t{1} << 31U;
constexpr std::size_t kMaxInstructions = 2'000'000;
// Translating takes about as long as so many executions by kernels.
constexpr std::uint64_t kUsesWorthTranslating = 40;
// Sums that are computed before an iteration begins are computed once more than there are iterations.
constexpr std::uint64_t kStepsWorthAddingUp = 4;
#if defined(__x86_64__)
constexpr bool kTranslates = true;
#else
constexpr bool kTranslates = false;
#endif

CodeItems code_items_of(const Code& code) {
  CodeItems items;
  items.reserve(code.size());
  for (const Instruction& in : code) items.push_back({.instruction = &in});
  return items;
}

CodeItems code_items_of(const StepCode& step) {
  CodeItems items;
  for (const Segment& segment : step.segments) {
    for (const Instruction& in : segment.code) items.push_back({.instruction = &in});
    if (segment.after != StepHook::None) items.push_back({.hook = segment.after});
  }
  return items;
}

// Slots read outside of the steps: by saves, outcomes, time settings, delays and the like.
void add_read_by_others(const Program& p, SlotSet& slots) {
  add_exposed(p, code_items_of(p.save), slots);
  add_exposed(p, code_items_of(p.finish), slots);
  for (const Output& output : p.outputs)
    for (const Slot s : output.slots) slots[s] = true;
  for (const Outcome& outcome : p.outcomes) slots[outcome.slot] = true;
  for (const Reduction& r : p.reductions) slots[r.input] = slots[r.at] = true;
  for (const Slot s : {p.time_slot, p.time.start, p.time.stop, p.time.step, p.time.save_every})
    slots[s] = true;
}

// Half of a usual first-level cache: what a strip of 16 lanes may take of it; more go in strips of 8.
constexpr std::size_t kNearCacheBytes = 16 * 1024;
// A processor reorders some hundred instructions, so it can overlap two copies of short code; a single copy
// is limited by its latency.
constexpr std::size_t kShortCode = 40;

// Whether the machine code of this contains no calls.
bool self_contained(const CodeItems& items) {
  return std::all_of(items.begin(), items.end(), [](const CodeItem& item) {
    return item.hook == StepHook::None && has_short_form(item.instruction->op);
  });
}

// Whether loops over the elements of arrays make up most of it.
bool mostly_loops(const Program& program, std::size_t slots, const CodeItems& items) {
  std::size_t repeated = 0;
  for (const RerolledLoop& each : rerolled_loops(program, items, SlotSet(slots), has_short_form, false))
    repeated += std::size_t{each.length} * each.trip_count;
  return repeated > items.size() / 2;
}

Layout laid_out(const Program& program, std::size_t slots, std::size_t stride, StepHookCall hook,
                const CodeItems& code) {
  constexpr std::size_t kWide = 16;
  Layout layout{.stride = stride, .slots = slots, .hook = hook};
  if (stride < kWide) return layout;
  if (slots * kWide * sizeof(double) > kNearCacheBytes && !mostly_loops(program, slots, code)) return layout;
  layout.vectors = 4;
  if (stride >= 2 * kWide && code.size() <= kShortCode && self_contained(code)) layout.copies = 2;
  return layout;
}

constexpr General kSaved[] = {General::Rbx, General::Rbp, General::R12, General::R13};
constexpr General kRepeatsLeft = General::R13;

// A function around `body`, which it repeats from where that says; the calling convention is that of System
// V, so the stack is aligned to 16 again after four registers and 8 bytes more.
template <class Body>
void write_function(Assembler& out, Body body) {
  for (const General r : kSaved) out.push(r);
  out.push(General::Rax);
  constexpr auto kStack = static_cast<std::int32_t>(kStackBytes);
  out.add(General::Rsp, -kStack);
  out.move(kSlotsBase, General::Rdi);
  out.move(kFrameBase, General::Rsi);
  out.move(kRepeatsLeft, General::Rdx);
  out.move(kConstantsBase, General::Rcx);
  std::size_t top = 0;
  body([&] {
    out.align(32);
    top = out.size();
  });
  out.decrement(kRepeatsLeft);
  out.jump_if_not_zero(top);
  out.zero_upper();
  out.add(General::Rsp, kStack);
  out.pop(General::Rax);
  for (std::size_t k = std::size(kSaved); k-- > 0;) out.pop(kSaved[k]);
  out.leave();
}

const Constants constants;

}  // namespace

StepFunctions::StepFunctions(const Program& program, const StepCode& code, Level level, std::size_t stride,
                             bool few, StepHookCall hook)
    : program_(program),
      code_(code),
      kernels_(kernels_of(level)),
      few_(few),
      evaluate_(code_items_of(program.step)),
      leave_(code_items_of(code)),
      both_(evaluate_) {
  both_.insert(both_.end(), leave_.begin(), leave_.end());
  add_up_ahead();
  leave_ = scheduled(program, leave_, code.slots);
  both_ = scheduled(program, both_, code.slots);
  layout_ = laid_out(program, code.slots, stride, hook, both_);
  if (few) layout_.vectors = 1;
  may_translate_ = kTranslates && level == Level::Native &&
                   layout_.slots * layout_.stride * sizeof(double) < kMaxBytes &&
                   both_.size() <= kMaxInstructions;
}

// In `both_` a sum is accumulated in a slot of its own, as its previous value may be read until the end of
// the iteration.
void StepFunctions::add_up_ahead() {
  const auto sums = take_early_sums(program_, both_, code_.slots, code_.sums);
  Slot ahead = code_.first_sum;
  for (const CodeItems& sum : sums) {
    const Slot target = sum.front().instruction->target;
    for (const CodeItem& item : sum) {
      sums_.push_back(*item.instruction);
      sums_ahead_.push_back(*item.instruction);
      sums_ahead_.back().target = ahead;
      if (accumulates(*item.instruction)) sums_ahead_.back().a = ahead;
    }
    sums_ahead_.push_back({.op = Opcode::Copy, .target = target, .a = ahead});
    ++ahead;
  }
  const CodeItems last = code_items_of(sums_ahead_);
  both_.insert(both_.end(), last.begin(), last.end());
}

void StepFunctions::evaluate(Frame& strip) {
  run(evaluating_, strip, 1);
}

void StepFunctions::take_steps(Frame& strip, std::uint64_t count) {
  if (!sums_.empty() && count < kStepsWorthAddingUp) {
    for (; count > 1; --count) {
      run(leaving_, strip, 1);
      run(evaluating_, strip, 1);
    }
  }
  run(leaving_, strip, 1);
  if (count > 1) {
    if (!sums_.empty()) run(adding_up_, strip, 1);
    run(passing_over_, strip, count - 1);
  }
  run(evaluating_, strip, 1);
}

void StepFunctions::run(Routine& routine, Frame& strip, std::uint64_t repeats) {
  if (routine.function == nullptr && may_translate_) {
    if (routine.uses < kUsesWorthTranslating && routine.uses + repeats >= kUsesWorthTranslating)
      translate(routine);
    routine.uses += repeats;
  }
  if (routine.function != nullptr) return routine.function(strip.slots, &strip, repeats, &constants);
  for (std::uint64_t n = 0; n < repeats; ++n) interpret(routine, strip);
}

void StepFunctions::interpret(const Routine& routine, Frame& strip) const {
  const auto execute = [&](const Code& code) { kernels_(strip, code.data(), code.size()); };
  if (routine.evaluates) execute(program_.step);
  if (!routine.leaves && !routine.evaluates) execute(sums_);
  if (!routine.leaves) return;
  for (const Segment& segment : code_.segments) {
    execute(segment.code);
    if (segment.after != StepHook::None) layout_.hook(strip, segment.after);
  }
  ++strip.step_index;
}

// A step is followed by an evaluation, so values that it overwrites are dead. After an evaluation all values
// may be read. Sums are computed before an iteration of both and used in it.
SlotSet StepFunctions::live_after(const Routine& routine) const {
  SlotSet live(layout_.slots);
  add_read_by_others(program_, live);
  if (routine.leaves) {
    SlotSet written(layout_.slots);
    add_written(evaluate_, written);
    for (std::size_t s = 0; s < layout_.slots; ++s) live[s] = live[s] && !written[s];
  } else {
    add_exposed(program_, leave_, live);
  }
  add_exposed(program_, both_, live);
  add_exposed(program_, code_items_of(sums_), live);
  return live;
}

void StepFunctions::translate(Routine& routine) const {
  const CodeItems sums = code_items_of(sums_);
  const CodeItems& items =
      routine.evaluates ? (routine.leaves ? both_ : evaluate_) : (routine.leaves ? leave_ : sums);
  Assembler out;
  write_function(out, [&](const auto& begin_iteration) {
    native::translate(out, program_, layout_, items, live_after(routine), begin_iteration);
    if (routine.leaves) out.increment_word(kFrameBase, offsetof(Frame, step_index));
  });
  routine.memory = Executable::make(out.take());
  if (routine.memory) routine.function = routine.memory->at<Function>(0);
}

}  // namespace flowyard::worker::engine::native
