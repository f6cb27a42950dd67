#include "worker/engine/block.hpp"

#include <algorithm>
#include <cassert>
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
// Making machine code takes about as long as so many executions of it by kernels.
constexpr double steps_worth_native = 60;

std::size_t rounded_up(std::size_t lanes, std::size_t to) {
  return (lanes + to - 1) / to * to;
}

double steps_about(const Program& program, const RunPlan& plan) {
  const auto setting = [&](int k, double otherwise) {
    return plan.settings[k] == plan.settings[k] ? plan.settings[k] : otherwise;
  };
  const TimeSlots& time = program.time;
  const double steps =
      (setting(1, time.default_stop) - setting(0, time.default_start)) / setting(2, time.default_step);
  return steps == steps ? steps : steps_worth_native;
}

}  // namespace

Block::Block(const Program& program, Level level) : program_(program), level_(level) {
  scratch_.resize(scratch_size(program));
  initial_values_.resize(program.stocks.size());
  initial_pointers_.resize(program.stocks.size());
}

void Block::prepare(const RunPlan& plan, std::size_t lanes) {
  plan_ = &plan;
  const bool with_series = !plan.series.empty();
  if (step_code_.slots == 0 || plan.method != method_ || with_series != with_series_) {
    method_ = plan.method;
    with_series_ = with_series;
    step_code_ = make_step_code(program_, method_, with_series_);
    natives_.clear();
    literals_stride_ = 0;
  }
  const double strips = static_cast<double>(rounded_up(lanes, group)) / group;
  worth_native_ = level_ == Level::Native && method_ != Method::RungeKuttaAuto &&
                  steps_about(program_, plan) * strips >= steps_worth_native;
}

std::size_t Block::good_lanes() const {
  if (program_.time.varies) return 1;
  const std::size_t fitting = cache_bytes / (step_code_.slots * sizeof(double));
  return std::clamp(fitting / (2 * group) * (2 * group), group, max_block_lanes);
}

std::size_t Block::bytes_per_lane() const {
  const std::size_t slots = std::max(program_.slots, step_code_.slots);
  return slots * sizeof(double) + program_.delays.size() * sizeof(Ring);
}

// A stride of an even number of cache lines would put the slots of one lane into few sets of the cache.
void Block::lay_out(std::size_t lanes) {
  stride_ = rounded_up(lanes, group);
  if (stride_ > 2 * group) stride_ = rounded_up(std::max(lanes, good_lanes()), group);
  if (stride_ > 2 * group && stride_ / group % 2 == 0) stride_ += group;
  native_ = worth_native_ ? native_for(stride_) : nullptr;
  lanes_ = rounded_up(lanes, native_ ? native_->strip_lanes() : group);
  assert(lanes_ <= stride_);
}

// nullptr where there can be none.
const native::StepFunctions* Block::native_for(std::size_t stride) {
  for (const auto& each : natives_)
    if (each && each->stride() == stride) return each.get();
  const native::MomentCall moment = [](Frame& strip, Moment when) { strip.block->at(strip, when); };
  natives_.push_back(native::StepFunctions::make(program_, step_code_, stride, moment));
  return natives_.back().get();
}

void Block::reserve(std::size_t lanes) {
  lay_out(lanes);
  const std::size_t wanted = step_code_.slots * stride_ + group;
  if (storage_.size() < wanted) {
    storage_.resize(wanted);
    literals_stride_ = 0;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
  memory_ = storage_.data() + (64 - address % 64) % 64 / sizeof(double);
  draws_.resize(lanes_);
  belts_.resize(program_.belts.size() * stride_);
  queues_.resize(program_.queues.size() * stride_);
  shifting_.resize(3 * program_.shifts.size() * stride_);
  if (method_ == Method::RungeKuttaAuto) {
    base_.resize(program_.stocks.size() * stride_);
    stages_.resize(7 * program_.stocks.size() * stride_);
    for (auto* each : {&sub_step_, &elapsed_, &error_}) each->assign(stride_, 0);
  }
}

void Block::divide_into_strips() {
  const std::size_t size = native_ ? native_->strip_lanes() : lanes_;
  strips_.clear();
  for (std::size_t first = 0; first < lanes_; first += size) {
    Frame strip = frame_;
    strip.lanes = size;
    strip.first_lane = first;
    strip.slots += first;
    strip.draws += first;
    strip.belts += first;
    strip.queues += first;
    strips_.push_back(strip);
  }
}

void Block::fill(Slot s, double value) {
  std::fill_n(slot(s), lanes_, value);
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
      for (std::size_t i = 0; i < lanes_; ++i) to[i] = from[std::min(i, count_ - 1)];
    }
  }
}

void Block::fill_initials() {
  std::fill(initial_pointers_.begin(), initial_pointers_.end(), nullptr);
  const std::size_t lanes = plan_->input->lanes;
  for (const auto& [stocks, column] : plan_->initials) {
    for (std::size_t e = 0; e < stocks.size(); ++e) {
      auto& values = initial_values_[stocks[e]];
      values.resize(lanes_);
      const double* from = column->values.data() + (column->elements == 1 ? 0 : e) * lanes + first_;
      for (std::size_t i = 0; i < lanes_; ++i) values[i] = from[std::min(i, count_ - 1)];
      initial_pointers_[stocks[e]] = values.data();
    }
  }
}

// Once for each memory and stride: nothing writes to them.
void Block::fill_constants() {
  if (literals_stride_ == stride_) return;
  literals_stride_ = stride_;
  const auto fill_all = [&](Slot s, double value) { std::fill_n(slot(s), stride_, value); };
  for (std::size_t i = 0; i < program_.literals.size(); ++i)
    fill_all(static_cast<Slot>(i), program_.literals[i]);
  const auto& x = step_code_.extra;
  fill_all(x.zero, 0);
  fill_all(x.one, 1);
  fill_all(x.two, 2);
  fill_all(x.three, 3);
  fill_all(x.six, 6);
}

void Block::apply_series(const Frame& strip) {
  const double* times = slot(strip, program_.time_slot);
  for (const auto& [first_slot, elements, series] : plan_->series) {
    const auto count = static_cast<std::uint32_t>(series->xs.size());
    for (std::size_t e = 0; e < elements; ++e) {
      const auto& row = series->ys[series->ys.size() == 1 ? 0 : e];
      double* to = slot(strip, first_slot + static_cast<Slot>(e));
      for (std::size_t i = 0; i < strip.lanes; ++i)
        to[i] = lookup_clamp(series->xs.data(), row.data(), count, times[i]);
    }
  }
}

void Block::run(const Code& code) {
  execute(level_, frame_, code);
}

void Block::set_time(double time) {
  fill(program_.time_slot, time);
  if (!with_series_) return;
  apply_series(frame_);
  run(program_.invariant);
}

Result<void> Block::begin(std::size_t first, std::size_t count) {
  const RunPlan& plan = *plan_;
  first_ = first;
  count_ = count;
  reserve(count);
  fill_constants();
  const auto& draws = plan.input->draws;
  for (std::size_t i = 0; i < lanes_; ++i)
    draws_[i] = draws.empty() ? 0 : draws[first + std::min(i, count - 1)];
  frame_ = {.slots = memory_,
            .stride = stride_,
            .lanes = lanes_,
            .first_lane = 0,
            .tables = plan.tables.data(),
            .xs = plan.xs.data(),
            .ys = plan.ys.data(),
            .guided = plan.guides.tables(),
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
            .scratch = scratch_.data(),
            .block = this};
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
  fill(step_code_.extra.steps, 0);
  fill(step_code_.extra.start, now_);
  run(step_code_.prepare);
  divide_into_strips();
  begin_carriers();
  return begin_delays();
}

void Block::begin_carriers() {
  const double dt = settings().step;
  std::vector<double> fractions;
  for (std::size_t b = 0; b < program_.belts.size(); ++b) {
    const Belt& belt = program_.belts[b];
    const double* content = slot(program_.first_stock + belt.stock);
    for (std::size_t i = 0; i < lanes_; ++i) {
      fractions.clear();
      for (const BeltLeak& leak : belt.leaks) fractions.push_back(slot(leak.fraction)[i]);
      belts_[b * stride_ + i].begin(belt, content[i], slot(belt.length)[i], dt, fractions.data());
    }
  }
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < lanes_; ++i)
      queues_[q * stride_ + i].begin(slot(program_.first_stock + program_.queues[q].stock)[i]);
}

// By the flows at the step's start, whatever the method of integration.
void Block::step_carriers(const Frame& strip) {
  const double dt = settings().step;
  for (std::size_t b = 0; b < program_.belts.size(); ++b) {
    const Belt& belt = program_.belts[b];
    for (std::size_t i = 0; i < strip.lanes; ++i) {
      const BeltState::Moment moment{.inflow = slot(strip, belt.inflow)[i],
                                     .length = slot(strip, belt.length)[i],
                                     .sample = slot(strip, belt.sample)[i] != 0,
                                     .arrested = slot(strip, belt.arrest)[i] != 0};
      strip.belts[b * stride_ + i].step(moment, dt);
    }
  }
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < strip.lanes; ++i) strip.queues[q * stride_ + i].step();
}

void Block::release_carriers(const Frame& strip) {
  for (std::size_t b = 0; b < program_.belts.size(); ++b)
    for (std::size_t i = 0; i < strip.lanes; ++i)
      slot(strip, program_.first_stock + program_.belts[b].stock)[i] = strip.belts[b * stride_ + i].content();
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < strip.lanes; ++i)
      slot(strip, program_.first_stock + program_.queues[q].stock)[i] =
          strip.queues[q * stride_ + i].content();
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
    for (std::size_t i = 0; i < lanes_; ++i) {
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
    for (std::size_t i = 0; i < lanes_; ++i) {
      const Ring& ring = rings_[d * stride_ + i];
      std::fill_n(ring_values_.begin() + static_cast<std::ptrdiff_t>(ring.first), ring.length, initial[i]);
    }
  }
  return {};
}

void Block::evaluate() {
  for (Frame& strip : strips_) {
    if (native_)
      native_->evaluate(strip);
    else
      execute(level_, strip, program_.step);
  }
}

void Block::evaluate_save() {
  if (program_.save.empty()) return;
  for (Frame& strip : strips_) execute(level_, strip, program_.save);
}

void Block::take_step(Frame& strip) {
  for (const Segment& segment : step_code_.segments) {
    execute(level_, strip, segment.code);
    at(strip, segment.after);
  }
  ++strip.step_index;
  execute(level_, strip, program_.step);
}

void Block::advance(std::uint64_t steps) {
  for (Frame& strip : strips_) {
    if (native_)
      native_->take_steps(strip, steps);
    else
      for (std::uint64_t n = 0; n < steps; ++n) take_step(strip);
  }
  frame_.step_index = strips_.front().step_index;
  now_ = values(program_.time_slot)[0];
}

void Block::at(Frame& strip, Moment moment) {
  switch (moment) {
    case Moment::None:
      return;
    case Moment::Hold:
      push_delays(strip);
      step_carriers(strip);
      return hold_shifts(strip);
    case Moment::Release:
      release_carriers(strip);
      shift_stocks(strip);
      return release_delays(strip);
    case Moment::Series:
      return apply_series(strip);
    case Moment::Adaptive:
      return runge_kutta_auto();
  }
}

void Block::hold_shifts(const Frame& strip) {
  for (std::size_t k = 0; k < program_.shifts.size(); ++k) {
    const StockShift& shift = program_.shifts[k];
    double* kept = shifting_.data() + 3 * k * stride_ + strip.first_lane;
    for (const Slot s : {shift.condition, shift.accumulate, shift.value}) {
      std::copy_n(slot(strip, s), strip.lanes, kept);
      kept += stride_;
    }
  }
}

void Block::shift_stocks(const Frame& strip) {
  for (std::size_t k = 0; k < program_.shifts.size(); ++k) {
    const StockShift& shift = program_.shifts[k];
    const double* condition = shifting_.data() + 3 * k * stride_ + strip.first_lane;
    for (std::size_t i = 0; i < strip.lanes; ++i) {
      if (condition[i] == 0) continue;
      const auto element = [&](std::uint32_t e) -> double& {
        return slot(strip, program_.first_stock + shift.first + e)[i];
      };
      const double last = element(shift.count - 1);
      for (std::uint32_t e = shift.count - 1; e > 0; --e) element(e) = element(e - 1);
      if (condition[stride_ + i] != 0 && shift.count > 1) element(shift.count - 1) += last;
      element(0) = condition[2 * stride_ + i];
    }
  }
}

void Block::release_delays(const Frame& strip) {
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    double* out = slot(strip, program_.delays[d].slot);
    const std::size_t first = d * stride_ + strip.first_lane;
    const bool fixed = program_.delays[d].kind == DelayKind::Fixed;
    for (std::size_t i = 0; i < strip.lanes; ++i) {
      if (!fixed) {
        out[i] = pipes_[first + i].output();
        continue;
      }
      const Ring& ring = rings_[first + i];
      out[i] = ring_values_[ring.first + ring.at];
    }
  }
}

void Block::push_delays(const Frame& strip) {
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const DelayLine& delay = program_.delays[d];
    const double* input = slot(strip, delay.input);
    const std::size_t first = d * stride_ + strip.first_lane;
    for (std::size_t i = 0; i < strip.lanes; ++i) {
      if (delay.kind != DelayKind::Fixed) {
        pipes_[first + i].step(delay.kind, input[i],
                               whole_steps(slot(strip, delay.length)[i], settings().step),
                               slot(strip, delay.otherwise)[i]);
        continue;
      }
      Ring& ring = rings_[first + i];
      ring_values_[ring.first + ring.at] = input[i];
      ring.at = ring.at + 1 == ring.length ? 0 : ring.at + 1;
    }
  }
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
    for (std::size_t i = 1; i < lanes_; ++i)
      if (!(all[i] == all[0])) return false;
  }
  return true;
}

}  // namespace flowyard::worker::engine
