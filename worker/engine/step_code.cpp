#include "worker/engine/step_code.hpp"

#include <algorithm>

namespace flowyard::worker::engine {
namespace {

constexpr std::size_t kManyStocks = 8;

class StepWriter {
 public:
  StepWriter(const Program& program, Method method, bool with_series)
      : p_(program), method_(method), with_series_(with_series) {
    for (const Code* code : {&p_.step, &p_.stocks_code})
      std::copy_if(code->begin(), code->end(), std::back_inserter(trial_),
                   [](const Instruction& in) { return in.once_a_step == 0; });
    out_.slots = p_.slots;
    auto& x = out_.extra;
    for (Slot* each : {&x.steps, &x.one, &x.two, &x.three, &x.six, &x.zero, &x.start, &x.now, &x.step,
                       &x.half, &x.third, &x.sixth})
      *each = more(1);
    pending_ = more(p_.states.size());
    const bool kept = method_ == Method::RungeKutta2 || method_ == Method::RungeKutta4;
    const bool bounded = std::any_of(p_.stocks.begin(), p_.stocks.end(),
                                     [](const Stock& stock) { return stock.non_negative; });
    base_ = more(kept || bounded ? p_.stocks.size() : 0);
    sum_ = more(kept ? p_.stocks.size() : 0);
    out_.sums = p_.stocks.size() < kManyStocks ? 0 : 2;
    out_.first_sum = more(out_.sums);
    out_.segments.emplace_back();
  }

  StepCode run() && {
    length_of_step();
    append(p_.stocks_code);
    for (std::size_t k = 0; k < p_.states.size(); ++k) copy(at(pending_, k), p_.states[k].next);
    if (has_material_stocks()) hook(StepHook::Hold);
    integrate();
    keep_stocks_from_below_zero();
    if (has_material_stocks()) hook(StepHook::Release);
    for (std::size_t k = 0; k < p_.states.size(); ++k) copy(p_.states[k].slot, at(pending_, k));
    next_time();
    return std::move(out_);
  }

 private:
  static Slot at(Slot first, std::size_t k) { return first + static_cast<Slot>(k); }

  Slot more(std::size_t count) {
    const Slot first = out_.slots;
    out_.slots += static_cast<Slot>(count);
    return first;
  }

  void emit(Opcode op, Slot target, Slot a, Slot b = 0, Slot c = 0) {
    out_.segments.back().code.push_back({.op = op, .target = target, .a = a, .b = b, .c = c});
  }
  void copy(Slot target, Slot from) { emit(Opcode::Copy, target, from); }
  void append(const Code& code) {
    auto& to = out_.segments.back().code;
    to.insert(to.end(), code.begin(), code.end());
  }
  void hook(StepHook hook) {
    out_.segments.back().after = hook;
    out_.segments.emplace_back();
  }

  bool has_material_stocks() const {
    return !p_.delays.empty() || !p_.conveyors.empty() || !p_.queues.empty() || !p_.shifts.empty();
  }

  // Where the step never changes, its parts are found once.
  void length_of_step() {
    const auto& x = out_.extra;
    const Code parts{{.op = Opcode::Copy, .target = x.step, .a = p_.time.step},
                     {.op = Opcode::Divide, .target = x.half, .a = x.step, .b = x.two},
                     {.op = Opcode::Divide, .target = x.third, .a = x.step, .b = x.three},
                     {.op = Opcode::Divide, .target = x.sixth, .a = x.step, .b = x.six}};
    if (p_.time.varies)
      append(parts);
    else
      out_.prepare = parts;
  }

  // stock = from + part of the step * rate, for all stocks.
  void advance(Slot into, Slot from, Slot part) {
    for (std::size_t k = 0; k < p_.stocks.size(); ++k)
      emit(Opcode::Advance, at(into, k), at(from, k), part, p_.stocks[k].rate);
  }

  void keep_stocks() {
    for (std::size_t k = 0; k < p_.stocks.size(); ++k) copy(at(base_, k), at(p_.first_stock, k));
  }

  // The rates at another point of the same step.
  void evaluate_after(Slot part) {
    emit(Opcode::Add, p_.time_slot, out_.extra.now, part);
    follow_series();
    append(trial_);
  }

  void follow_series() {
    if (!with_series_) return;
    hook(StepHook::Series);
    append(p_.invariant);
  }

  void integrate() {
    const auto& x = out_.extra;
    const Slot y = p_.first_stock;
    if (method_ != Method::Euler) copy(x.now, p_.time_slot);
    switch (method_) {
      case Method::Euler:
        return advance(y, y, x.step);
      case Method::RungeKutta2:  // Heun: the mean of the rates at both ends of an Euler step
        keep_stocks();
        advance(sum_, base_, x.half);
        advance(y, base_, x.step);
        evaluate_after(x.step);
        return advance(y, sum_, x.half);
      case Method::RungeKutta4:  // the classical method; the weighted sum grows in sum_
        keep_stocks();
        advance(sum_, base_, x.sixth);
        advance(y, base_, x.half);
        evaluate_after(x.half);
        advance(sum_, sum_, x.third);
        advance(y, base_, x.half);
        evaluate_after(x.half);
        advance(sum_, sum_, x.third);
        advance(y, base_, x.step);
        evaluate_after(x.step);
        return advance(y, sum_, x.sixth);
      case Method::RungeKuttaAuto:
        return hook(StepHook::Adaptive);
    }
  }

  void keep_stocks_from_below_zero() {
    for (std::size_t k = 0; k < p_.stocks.size(); ++k) {
      if (!p_.stocks[k].non_negative) continue;
      const Slot stock = at(p_.first_stock, k);
      emit(Opcode::Less, at(base_, k), stock, out_.extra.zero);
      emit(Opcode::Select, stock, at(base_, k), out_.extra.zero, stock);
    }
  }

  // On a grid step n stands at start + n * step exactly; where the step varies there is no grid.
  void next_time() {
    const auto& x = out_.extra;
    if (p_.time.varies) {
      if (method_ != Method::Euler) copy(p_.time_slot, x.now);
      emit(Opcode::Add, p_.time_slot, p_.time_slot, x.step);
    } else {
      emit(Opcode::Add, x.steps, x.steps, x.one);
      emit(Opcode::Advance, p_.time_slot, x.start, x.steps, x.step);
    }
    follow_series();
  }

  const Program& p_;
  const Method method_;
  const bool with_series_;
  Code trial_;  // step and stocks without the instructions executed once a step
  StepCode out_;
  Slot pending_ = 0;
  Slot base_ = 0;
  Slot sum_ = 0;
};

}  // namespace

StepCode make_step_code(const Program& program, Method method, bool with_series) {
  return StepWriter(program, method, with_series).run();
}

}  // namespace flowyard::worker::engine
