#include "worker/engine/block.hpp"

#include <algorithm>
#include <cmath>

#include "worker/engine/lookup.hpp"
#include "worker/engine/reduce.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr std::size_t group = 8;  // lanes that a kernel always handles together
// Half of a usual second-level cache: in fewer lanes than fill it, reading the instructions outweighs the
// computing.
constexpr std::size_t cache_bytes = 256 * 1024;
constexpr std::size_t max_block_lanes = 256;
constexpr double max_ring_values = 1e8;

std::size_t rounded_up(std::size_t lanes) {
  return (lanes + group - 1) / group * group;
}

}  // namespace

Block::Block(const Program& program, Level level) : program_(program), level_(level) {
  for (const Code* code : {&program.step, &program.stocks_code})
    std::copy_if(code->begin(), code->end(), std::back_inserter(trial_),
                 [](const Instruction& in) { return in.once_a_step == 0; });
  scratch_.resize(scratch_size(program));
  initial_values_.resize(program.stocks.size());
  initial_pointers_.resize(program.stocks.size());
}

std::size_t Block::good_lanes() const {
  const std::size_t bytes_each = std::max<std::size_t>(1, program_.slots) * sizeof(double);
  return std::clamp(cache_bytes / bytes_each / group * group, group, max_block_lanes);
}

std::size_t Block::bytes_per_lane() const {
  const std::size_t stages = 2 * program_.stocks.size() + program_.states.size();
  return (program_.slots + stages) * sizeof(double) + program_.delays.size() * sizeof(Ring);
}

void Block::reserve(std::size_t lanes) {
  stride_ = rounded_up(lanes);
  const std::size_t wanted = program_.slots * stride_ + group;
  if (storage_.size() < wanted) storage_.resize(wanted);
  const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
  memory_ = storage_.data() + (64 - address % 64) % 64 / sizeof(double);
  draws_.resize(stride_);
  base_.resize(program_.stocks.size() * stride_);
  sum_.resize(program_.stocks.size() * stride_);
  pending_.resize(program_.states.size() * stride_);
  belts_.resize(program_.belts.size() * stride_);
  queues_.resize(program_.queues.size() * stride_);
  shifting_.resize(3 * program_.shifts.size() * stride_);
  if (plan_->method == Method::RungeKuttaAuto) {
    stages_.resize(7 * program_.stocks.size() * stride_);
    for (auto* each : {&sub_step_, &elapsed_, &error_}) each->assign(stride_, 0);
  }
}

void Block::fill(Slot s, double value) {
  std::fill_n(slot(s), stride_, value);
}

// Lanes beyond the last repeat it, so that they never do anything that a real lane would not.
void Block::fill_parameters() {
  for (const Parameter& parameter : program_.parameters)
    for (std::size_t e = 0; e < parameter.elements.size(); ++e)
      fill(parameter.first_slot + static_cast<Slot>(e), parameter.is_lookup ? 0 : parameter.defaults[e]);
  const std::size_t lanes = plan_->input->lanes;
  for (const auto& [first_slot, elements, column] : plan_->columns) {
    for (std::size_t e = 0; e < elements; ++e) {
      const double* from = column->values.data() + (column->elements == 1 ? 0 : e) * lanes + first_;
      double* to = slot(first_slot + static_cast<Slot>(e));
      for (std::size_t i = 0; i < stride_; ++i) to[i] = from[std::min(i, count_ - 1)];
    }
  }
}

void Block::fill_initials() {
  std::fill(initial_pointers_.begin(), initial_pointers_.end(), nullptr);
  const std::size_t lanes = plan_->input->lanes;
  for (const auto& [stocks, column] : plan_->initials) {
    for (std::size_t e = 0; e < stocks.size(); ++e) {
      auto& values = initial_values_[stocks[e]];
      values.resize(stride_);
      const double* from = column->values.data() + (column->elements == 1 ? 0 : e) * lanes + first_;
      for (std::size_t i = 0; i < stride_; ++i) values[i] = from[std::min(i, count_ - 1)];
      initial_pointers_[stocks[e]] = values.data();
    }
  }
}

void Block::apply_series() {
  const double* times = slot(program_.time_slot);
  for (const auto& [first_slot, elements, series] : plan_->series) {
    const auto count = static_cast<std::uint32_t>(series->xs.size());
    for (std::size_t e = 0; e < elements; ++e) {
      const auto& row = series->ys[series->ys.size() == 1 ? 0 : e];
      double* to = slot(first_slot + static_cast<Slot>(e));
      for (std::size_t i = 0; i < stride_; ++i)
        to[i] = lookup_clamp(series->xs.data(), row.data(), count, times[i]);
    }
  }
}

void Block::run(const Code& code) {
  execute(level_, frame_, code.data(), code.size());
}

void Block::set_time(double time) {
  fill(program_.time_slot, time);
  if (!plan_->series.empty()) {
    apply_series();
    run(program_.invariant);
  }
}

Result<void> Block::begin(const RunPlan& plan, std::size_t first, std::size_t count) {
  plan_ = &plan;
  first_ = first;
  count_ = count;
  reserve(count);
  for (std::size_t i = 0; i < program_.literals.size() && literals_stride_ != stride_; ++i)
    fill(static_cast<Slot>(i), program_.literals[i]);
  literals_stride_ = stride_;
  const auto& draws = plan.input->draws;
  for (std::size_t i = 0; i < stride_; ++i)
    draws_[i] = draws.empty() ? 0 : draws[first + std::min(i, count - 1)];
  frame_ = {.slots = memory_,
            .stride = stride_,
            .tables = plan.tables.data(),
            .xs = plan.xs.data(),
            .ys = plan.ys.data(),
            .table_replaced = plan.table_replaced.data(),
            .streams = program_.streams.data(),
            .operands = program_.operands.data(),
            .draws = draws_.data(),
            .seed = plan.input->seed,
            .step_index = 0,
            .initials = initial_pointers_.data(),
            .settings = plan.settings,
            .first_stock = program_.first_stock,
            .belts = belts_.data(),
            .queues = queues_.data(),
            .belt_tables = program_.belts.data(),
            .queue_tables = program_.queues.data(),
            .scratch = scratch_.data()};
  fill_parameters();
  fill_initials();
  for (const Reduction& reduction : program_.reductions) flowyard::worker::engine::begin(frame_, reduction);
  // The start time may itself be computed from parameters, which may be series: hence twice.
  const double given = plan.settings[0];
  set_time(given == given ? given : program_.time.default_start);
  run(program_.invariant);
  now_ = values(program_.time.start)[0];
  set_time(now_);
  run(program_.initial);
  begin_carriers();
  return begin_delays();
}

void Block::begin_carriers() {
  const double dt = settings().step;
  std::vector<double> fractions;
  for (std::size_t b = 0; b < program_.belts.size(); ++b) {
    const Belt& belt = program_.belts[b];
    const double* content = slot(program_.first_stock + belt.stock);
    for (std::size_t i = 0; i < stride_; ++i) {
      fractions.clear();
      for (const BeltLeak& leak : belt.leaks) fractions.push_back(slot(leak.fraction)[i]);
      belts_[b * stride_ + i].begin(belt, content[i], slot(belt.length)[i], dt, fractions.data());
    }
  }
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < stride_; ++i)
      queues_[q * stride_ + i].begin(slot(program_.first_stock + program_.queues[q].stock)[i]);
}

// By the flows at the step's start, whatever the method of integration.
void Block::step_carriers() {
  const double dt = settings().step;
  for (std::size_t b = 0; b < program_.belts.size(); ++b) {
    const Belt& belt = program_.belts[b];
    for (std::size_t i = 0; i < stride_; ++i) {
      const BeltState::Moment moment{.inflow = slot(belt.inflow)[i],
                                     .length = slot(belt.length)[i],
                                     .sample = slot(belt.sample)[i] != 0,
                                     .arrested = slot(belt.arrest)[i] != 0};
      belts_[b * stride_ + i].step(moment, dt);
    }
  }
  for (QueueState& queue : queues_) queue.step();
}

void Block::release_carriers() {
  for (std::size_t b = 0; b < program_.belts.size(); ++b)
    for (std::size_t i = 0; i < stride_; ++i)
      slot(program_.first_stock + program_.belts[b].stock)[i] = belts_[b * stride_ + i].content();
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < stride_; ++i)
      slot(program_.first_stock + program_.queues[q].stock)[i] = queues_[q * stride_ + i].content();
}

Result<void> Block::begin_delays() {
  rings_.resize(program_.delays.size() * stride_);
  const auto varies = [](const DelayLine& d) { return d.kind != DelayKind::Fixed; };
  if (std::any_of(program_.delays.begin(), program_.delays.end(), varies))
    pipes_.resize(program_.delays.size() * stride_);
  const double dt = settings().step;
  double total = 0;
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const double* length = slot(program_.delays[d].length);
    for (std::size_t i = 0; i < stride_; ++i) {
      if (varies(program_.delays[d])) {
        pipes_[d * stride_ + i].begin(whole_steps(length[i], dt), slot(program_.delays[d].slot)[i]);
        rings_[d * stride_ + i] = {0, 0, static_cast<std::size_t>(total)};
        continue;
      }
      const double steps = std::max(1.0, std::round(length[i] / dt));
      if (!(total + steps < max_ring_values))
        return failure(ErrorCode::Limit, "a fixed delay is too long for its time step");
      rings_[d * stride_ + i] = {static_cast<std::size_t>(steps), 0, static_cast<std::size_t>(total)};
      total += steps;
    }
  }
  ring_values_.resize(static_cast<std::size_t>(total));
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const double* initial = slot(program_.delays[d].slot);
    for (std::size_t i = 0; i < stride_; ++i) {
      const Ring& ring = rings_[d * stride_ + i];
      std::fill_n(ring_values_.begin() + static_cast<std::ptrdiff_t>(ring.first), ring.length, initial[i]);
    }
  }
  return {};
}

void Block::evaluate() {
  run(program_.step);
}

void Block::evaluate_save() {
  run(program_.save);
}

void Block::evaluate_rates(double time) {
  set_time(time);
  execute(level_, frame_, trial_.data(), trial_.size());
}

void Block::hold_states() {
  for (std::size_t k = 0; k < program_.states.size(); ++k)
    std::copy_n(slot(program_.states[k].next), stride_, pending_.data() + k * stride_);
  push_delays();
  step_carriers();
  hold_shifts();
}

void Block::hold_shifts() {
  for (std::size_t k = 0; k < program_.shifts.size(); ++k) {
    const StockShift& shift = program_.shifts[k];
    double* kept = shifting_.data() + 3 * k * stride_;
    for (const Slot s : {shift.condition, shift.accumulate, shift.value}) {
      std::copy_n(slot(s), stride_, kept);
      kept += stride_;
    }
  }
}

void Block::shift_stocks() {
  for (std::size_t k = 0; k < program_.shifts.size(); ++k) {
    const StockShift& shift = program_.shifts[k];
    const double* condition = shifting_.data() + 3 * k * stride_;
    for (std::size_t i = 0; i < stride_; ++i) {
      if (condition[i] == 0) continue;
      const auto element = [&](std::uint32_t e) -> double& {
        return slot(program_.first_stock + shift.first + e)[i];
      };
      const double last = element(shift.count - 1);
      for (std::uint32_t e = shift.count - 1; e > 0; --e) element(e) = element(e - 1);
      if (condition[stride_ + i] != 0 && shift.count > 1) element(shift.count - 1) += last;
      element(0) = condition[2 * stride_ + i];
    }
  }
}

void Block::release_states() {
  for (std::size_t k = 0; k < program_.states.size(); ++k)
    std::copy_n(pending_.data() + k * stride_, stride_, slot(program_.states[k].slot));
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    double* out = slot(program_.delays[d].slot);
    const bool fixed = program_.delays[d].kind == DelayKind::Fixed;
    for (std::size_t i = 0; i < stride_; ++i) {
      if (!fixed) {
        out[i] = pipes_[d * stride_ + i].output();
        continue;
      }
      const Ring& ring = rings_[d * stride_ + i];
      out[i] = ring_values_[ring.first + ring.at];
    }
  }
}

void Block::keep_stocks_from_below_zero() {
  for (std::size_t k = 0; k < program_.stocks.size(); ++k) {
    if (!program_.stocks[k].non_negative) continue;
    double* stock = slot(program_.first_stock + static_cast<Slot>(k));
    for (std::size_t i = 0; i < stride_; ++i) stock[i] = stock[i] < 0 ? 0 : stock[i];
  }
}

void Block::push_delays() {
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const DelayLine& delay = program_.delays[d];
    const double* input = slot(delay.input);
    for (std::size_t i = 0; i < stride_; ++i) {
      if (delay.kind != DelayKind::Fixed) {
        pipes_[d * stride_ + i].step(delay.kind, input[i],
                                     whole_steps(slot(delay.length)[i], settings().step),
                                     slot(delay.otherwise)[i]);
        continue;
      }
      Ring& ring = rings_[d * stride_ + i];
      ring_values_[ring.first + ring.at] = input[i];
      ring.at = ring.at + 1 == ring.length ? 0 : ring.at + 1;
    }
  }
}

void Block::step(double next_time) {
  run(program_.stocks_code);
  hold_states();
  const double dt = next_time - now_;
  switch (plan_->method) {
    case Method::Euler:
      euler(settings().step);
      break;
    case Method::RungeKutta2:
      runge_kutta_2(settings().step);
      break;
    case Method::RungeKutta4:
      runge_kutta_4(settings().step);
      break;
    case Method::RungeKuttaAuto:
      runge_kutta_auto(dt);
      break;
  }
  keep_stocks_from_below_zero();
  release_carriers();
  shift_stocks();
  release_states();
  now_ = next_time;
  ++frame_.step_index;
  set_time(now_);
}

void Block::finish(std::uint64_t saves) {
  for (const Reduction& reduction : program_.reductions) end(frame_, reduction, saves);
  run(program_.finish);
}

void Block::accumulate(std::uint64_t saved, double before) {
  const SaveMoment moment{.saved = saved, .now = now_, .before = before};
  for (const Reduction& reduction : program_.reductions)
    flowyard::worker::engine::accumulate(frame_, reduction, moment);
}

TimeSettings Block::settings() const {
  const TimeSlots& time = program_.time;
  return {.start = values(time.start)[0],
          .stop = values(time.stop)[0],
          .step = values(time.step)[0],
          .save_every = values(time.save_every)[0]};
}

bool Block::lanes_agree() const {
  const TimeSlots& time = program_.time;
  for (const Slot s : {time.start, time.stop, time.step, time.save_every}) {
    const double* all = values(s);
    for (std::size_t i = 1; i < stride_; ++i)
      if (!(all[i] == all[0])) return false;
  }
  return true;
}

}  // namespace flowyard::worker::engine
