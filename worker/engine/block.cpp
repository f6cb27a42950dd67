#include "worker/engine/block.hpp"

#include <algorithm>
#include <cassert>

#include "worker/engine/lookup.hpp"
#include "worker/engine/reduce.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr std::size_t kGroup = 8;  // lanes that a kernel always handles together
// Half of a usual second-level cache: in fewer lanes than fill it, reading the instructions outweighs the
// computing.
constexpr std::size_t kCacheBytes = 256 * 1024;
constexpr std::size_t kMaxBlockLanes = 256;

std::size_t rounded_up(std::size_t lanes, std::size_t to) {
  return (lanes + to - 1) / to * to;
}

}  // namespace

Block::Block(const Program& program, Level level) : program_(program), level_(level) {
  scratch_.resize(scratch_size(program));
  initial_values_.resize(program.stocks.size());
  initial_pointers_.resize(program.stocks.size());
}

void Block::prepare(const RunPlan& plan) {
  plan_ = &plan;
  const bool with_series = !plan.series.empty();
  if (step_code_.slots != 0 && plan.method == method_ && with_series == with_series_) return;
  method_ = plan.method;
  with_series_ = with_series;
  functions_by_stride_.clear();
  step_code_ = make_step_code(program_, method_, with_series_);
  literals_stride_ = 0;
}

std::size_t Block::good_lanes() const {
  if (program_.time.varies) return 1;
  const std::size_t fitting = kCacheBytes / (step_code_.slots * sizeof(double));
  return std::clamp(fitting / (2 * kGroup) * (2 * kGroup), kGroup, kMaxBlockLanes);
}

std::size_t Block::bytes_per_lane() const {
  const std::size_t slots = std::max(program_.slots, step_code_.slots);
  return slots * sizeof(double) + program_.delays.size() * sizeof(Ring);
}

// A stride of an even number of cache lines would put the slots of one lane into few sets of the cache.
void Block::lay_out(std::size_t lanes) {
  stride_ = lanes == 1 ? 1 : rounded_up(lanes, kGroup);  // a single lane: its slots are contiguous
  if (stride_ > 2 * kGroup) stride_ = rounded_up(std::max(lanes, good_lanes()), kGroup);
  if (stride_ > 2 * kGroup && stride_ / kGroup % 2 == 0) stride_ += kGroup;
  functions_ = &functions_for(stride_, lanes <= kGroup / 2);
  const std::size_t in_strip = functions_->strip_lanes();
  lanes_ = rounded_up(lanes, in_strip != 0 ? in_strip : std::min(kGroup, stride_));
  assert(lanes_ <= stride_);
}

native::StepFunctions& Block::functions_for(std::size_t stride, bool few) {
  for (const auto& each : functions_by_stride_)
    if (each->made_for(stride, few)) return *each;
  // Its lanes have steps of their own, and so it takes the whole block at once.
  const bool at_once = method_ == Method::RungeKuttaAuto && level_ == Level::Native;
  const Level level = at_once ? best_kernels() : level_;
  const native::StepHookCall hook = [](Frame& strip, StepHook when) { strip.block->at(strip, when); };
  functions_by_stride_.push_back(
      std::make_unique<native::StepFunctions>(program_, step_code_, level, stride, few, hook));
  return *functions_by_stride_.back();
}

void Block::reserve(std::size_t lanes) {
  lay_out(lanes);
  const std::size_t wanted = step_code_.slots * stride_ + kGroup;
  if (storage_.size() < wanted) {
    storage_.resize(wanted);
    literals_stride_ = 0;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
  memory_ = storage_.data() + (64 - address % 64) % 64 / sizeof(double);
  draws_.resize(lanes_);
  conveyors_.resize(program_.conveyors.size() * stride_);
  queues_.resize(program_.queues.size() * stride_);
  shifting_.resize(3 * program_.shifts.size() * stride_);
  if (method_ == Method::RungeKuttaAuto) {
    base_.resize(program_.stocks.size() * lanes_);
    stages_.resize(7 * program_.stocks.size() * lanes_);
    for (auto* each : {&sub_step_, &elapsed_, &error_}) each->assign(lanes_, 0);
  }
}

void Block::divide_into_strips() {
  const std::size_t in_strip = functions_->strip_lanes();
  const std::size_t size = in_strip == 0 ? lanes_ : in_strip;
  strips_.clear();
  for (std::size_t first = 0; first < lanes_; first += size) {
    Frame strip = frame_;
    strip.lanes = size;
    strip.first_lane = first;
    strip.slots += first;
    strip.draws += first;
    strip.conveyors += first;
    strip.queues += first;
    strips_.push_back(strip);
  }
}

void Block::fill(Slot s, double value) {
  std::fill_n(slot(s), lanes_, value);
}

// Padding lanes repeat the last lane, so that they never raise or do anything that a real lane would not.
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

// Once for each allocation and stride: they are read-only.
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
  segments_.assign(program_.tables.size(), {});
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
            .indexed = plan.indexes.tables(),
            .segments = segments_.data(),
            .table_replaced = plan.table_replaced.data(),
            .streams = program_.streams.data(),
            .operands = program_.operands.data(),
            .draws = draws_.data(),
            .seed = plan.input->seed,
            .step_index = 0,
            .initials = initial_pointers_.data(),
            .settings = plan.settings,
            .first_stock = program_.first_stock,
            .conveyors = conveyors_.data(),
            .queues = queues_.data(),
            .conveyor_tables = program_.conveyors.data(),
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
  if (auto ok = check_settings(settings()); !ok) return ok;
  if (auto ok = begin_material_stocks(); !ok) return ok;
  return begin_delays();
}

void Block::evaluate() {
  for (Frame& strip : strips_) functions_->evaluate(strip);
}

void Block::evaluate_save() {
  run(program_.save);
}

void Block::advance(std::uint64_t steps) {
  for (Frame& strip : strips_) functions_->take_steps(strip, steps);
  frame_.step_index = strips_.front().step_index;
  now_ = values(program_.time_slot)[0];
}

void Block::at(Frame& strip, StepHook hook) {
  switch (hook) {
    case StepHook::None:
      return;
    case StepHook::Hold:
      push_delays(strip);
      step_material_stocks(strip);
      return hold_shifts(strip);
    case StepHook::Release:
      release_material_stocks(strip);
      shift_stocks(strip);
      return release_delays(strip);
    case StepHook::Series:
      return apply_series(strip);
    case StepHook::Adaptive:
      return runge_kutta_auto();
  }
}

void Block::finish(std::uint64_t saves) {
  for (const Reduction& reduction : program_.reductions) end(frame_, reduction, saves);
  run(program_.finish);
}

void Block::accumulate(std::uint64_t saved, double before) {
  const SaveMoment hook{.saved = saved, .now = now_, .before = before};
  for (const Reduction& reduction : program_.reductions)
    flowyard::worker::engine::accumulate(frame_, reduction, hook);
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
