// What the lanes of a block keep from step to step beside their stocks: conveyors, queues, delays, and stocks
// that shift. Held before the stocks advance, released after.
#include <algorithm>
#include <cmath>

#include "worker/engine/block.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr double kMaxKeptValues = 1e8;  // in the delays of all lanes

}  // namespace

Result<void> Block::begin_material_stocks() {
  const double dt = settings().step;
  std::vector<double> fractions;
  for (std::size_t b = 0; b < program_.conveyors.size(); ++b) {
    const Conveyor& conveyor = program_.conveyors[b];
    const double* content = slot(program_.first_stock + conveyor.stock);
    for (std::size_t i = 0; i < lanes_; ++i) {
      if (whole_steps(slot(conveyor.length)[i], dt) > ConveyorState::kMaxPlaces)
        return failure(ErrorCode::Limit,
                       "a conveyor is too long for its time step: more than 200,000 steps of it");
      fractions.clear();
      for (const ConveyorLeak& leak : conveyor.leaks) fractions.push_back(slot(leak.fraction)[i]);
      conveyors_[b * stride_ + i].begin(conveyor, content[i], slot(conveyor.length)[i], dt, fractions.data());
    }
  }
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < lanes_; ++i)
      queues_[q * stride_ + i].begin(slot(program_.first_stock + program_.queues[q].stock)[i]);
  return {};
}

// By the flows at the step's start, whatever the method of integration.
void Block::step_material_stocks(const Frame& strip) {
  const double dt = settings().step;
  for (std::size_t b = 0; b < program_.conveyors.size(); ++b) {
    const Conveyor& conveyor = program_.conveyors[b];
    for (std::size_t i = 0; i < strip.lanes; ++i) {
      const ConveyorState::StepInput hook{.inflow = slot(strip, conveyor.inflow)[i],
                                          .length = slot(strip, conveyor.length)[i],
                                          .sample = slot(strip, conveyor.sample)[i] != 0,
                                          .arrested = slot(strip, conveyor.arrest)[i] != 0};
      strip.conveyors[b * stride_ + i].step(hook, dt);
    }
  }
  for (std::size_t q = 0; q < program_.queues.size(); ++q)
    for (std::size_t i = 0; i < strip.lanes; ++i) strip.queues[q * stride_ + i].step();
}

void Block::release_material_stocks(const Frame& strip) {
  for (std::size_t b = 0; b < program_.conveyors.size(); ++b)
    for (std::size_t i = 0; i < strip.lanes; ++i)
      slot(strip, program_.first_stock + program_.conveyors[b].stock)[i] =
          strip.conveyors[b * stride_ + i].content();
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
  // What would come out after the end of the run is not kept, so the length is bounded by the run.
  if (!program_.time.varies) most_delay_steps_ = static_cast<double>(steps_of(settings()) + 1);
  double kept = 0;
  std::size_t total = 0;  // of fixed delays
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const double* length = slot(program_.delays[d].length);
    for (std::size_t i = 0; i < lanes_; ++i) {
      const bool fixed = program_.delays[d].kind == DelayKind::Fixed;
      const double wanted =
          fixed ? std::max(1.0, std::round(length[i] / dt)) : static_cast<double>(whole_steps(length[i], dt));
      const double steps = std::min(wanted, most_delay_steps_);
      kept += fixed ? steps : 2 * steps;
      if (!(kept < kMaxKeptValues))
        return failure(ErrorCode::Limit, "the delays are too long for the time step");
      if (!fixed) {
        pipes_[d * stride_ + i].begin(static_cast<std::size_t>(steps), slot(program_.delays[d].slot)[i]);
        rings_[d * stride_ + i] = {0, 0, total};
        continue;
      }
      rings_[d * stride_ + i] = {static_cast<std::size_t>(steps), 0, total};
      total += static_cast<std::size_t>(steps);
    }
  }
  ring_values_.resize(total);
  for (std::size_t d = 0; d < program_.delays.size(); ++d) {
    const double* initial = slot(program_.delays[d].slot);
    for (std::size_t i = 0; i < lanes_; ++i) {
      const Ring& ring = rings_[d * stride_ + i];
      std::fill_n(ring_values_.begin() + static_cast<std::ptrdiff_t>(ring.first), ring.length, initial[i]);
    }
  }
  return {};
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
        const std::size_t steps = whole_steps(slot(strip, delay.length)[i], settings().step);
        pipes_[first + i].step(delay.kind, input[i],
                               std::min(steps, static_cast<std::size_t>(most_delay_steps_)),
                               slot(strip, delay.otherwise)[i]);
        continue;
      }
      Ring& ring = rings_[first + i];
      ring_values_[ring.first + ring.at] = input[i];
      ring.at = ring.at + 1 == ring.length ? 0 : ring.at + 1;
    }
  }
}

}  // namespace flowyard::worker::engine
