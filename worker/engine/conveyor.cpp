#include "worker/engine/conveyor.hpp"

#include <algorithm>
#include <cmath>

#include "worker/engine/pipe.hpp"

namespace flowyard::worker::engine {
namespace {

// Whether the position `left` from the end (1 the last) of `places` is in the leak's zone.
bool in_zone(const ConveyorLeak& leak, std::int64_t left, std::int64_t places) {
  const double middle = (static_cast<double>(places - left) + 0.5) / static_cast<double>(places);
  return middle >= leak.zone_start && middle <= leak.zone_end;
}

double places_in_zone(const ConveyorLeak& leak, std::int64_t places) {
  const auto n = static_cast<double>(places);
  const double first = std::ceil(leak.zone_start * n - 0.5);
  const double last = std::floor(leak.zone_end * n - 0.5);
  return std::max(0.0, std::min(last, n - 1) - std::max(first, 0.0) + 1);
}

double leaking(const Conveyor& conveyor, const ConveyorLeak& leak, double fraction, double dt, double amount,
               double entered, std::int64_t left, std::int64_t places) {
  if (!(fraction > 0) || !in_zone(leak, left, places)) return 0;
  if (conveyor.exponential) return amount * std::min(1.0, fraction * dt);
  return fraction * entered / places_in_zone(leak, places);
}

std::int64_t places_of(double length, double dt) {
  return static_cast<std::int64_t>(whole_steps(length, dt));
}

}  // namespace

void ConveyorState::put(double amount, std::int64_t places) {
  lumps_.push_back({amount, amount, places, clock_ + places});
}

void ConveyorState::begin(const Conveyor& conveyor, double amount, double length, double dt,
                          const double* fractions) {
  lumps_.clear();
  carried_.assign(conveyor.leaks.size(), 0);
  clock_ = 0;
  length_ = length;
  const std::int64_t places = places_of(length, dt);
  if (places > static_cast<std::int64_t>(kMaxPlaces)) return;
  // A discrete conveyor holds one lump for each unit of time.
  const std::int64_t apart = conveyor.discrete ? std::max<std::int64_t>(1, std::llround(1 / dt)) : 1;
  std::vector<double> weights;  // from the entry on
  double weight = 1;
  double sum = 0;
  for (std::int64_t left = places; left >= 1; --left) {
    const bool holds = (left - 1) % apart == 0;
    weights.push_back(holds ? weight : 0);
    sum += weights.back();
    double lost = 0;
    for (std::size_t k = 0; k < conveyor.leaks.size(); ++k)
      if (!conveyor.leaks[k].integers)
        lost += leaking(conveyor, conveyor.leaks[k], fractions[k], dt, weight, 1, left, places);
    weight = std::max(0.0, weight - lost);
  }
  if (!conveyor.initial_list.empty()) {
    const auto list = static_cast<std::int64_t>(conveyor.initial_list.size());
    const std::int64_t unit = list >= places ? 1 : std::max<std::int64_t>(1, std::llround(1 / dt));
    sum = 0;
    for (std::int64_t left = places; left >= 1; --left) {
      const std::int64_t at = std::min(list - 1, (left - 1) / unit);
      weights[static_cast<std::size_t>(places - left)] = conveyor.initial_list[static_cast<std::size_t>(at)];
      sum += conveyor.initial_list[static_cast<std::size_t>(at)];
    }
  }
  for (std::int64_t left = places; left >= 1 && sum != 0; --left) {
    const double here = amount * weights[static_cast<std::size_t>(places - left)] / sum;
    if (here == 0) continue;
    const double entered = conveyor.initial_list.empty() ? amount / sum : here;
    lumps_.push_back({here, entered, places, left});
  }
  // The end first, as if all had entered in turn.
  std::reverse(lumps_.begin(), lumps_.end());
}

void ConveyorState::leak(const Conveyor& conveyor, double dt, const double* fractions, double* out) {
  for (std::size_t k = 0; k < conveyor.leaks.size(); ++k) out[1 + k] = 0;
  for (std::size_t i = 0; i < lumps_.size(); ++i) {
    const Lump& lump = lumps_[i];
    const std::int64_t left = lump.leaves - clock_;
    double rest = lump.amount;
    for (std::size_t k = 0; k < conveyor.leaks.size(); ++k) {
      const double wanted = leaking(conveyor, conveyor.leaks[k], fractions[k], dt, lump.amount, lump.entered,
                                    left, lump.places);
      const double lost = std::min(rest, wanted);
      out[1 + k] += lost;
      if (!conveyor.leaks[k].integers) rest -= lost;
    }
    amounts_[i] = rest;
  }
}

// The sum of all leakage, in whole units only; they are taken from the material nearest the end.
void ConveyorState::leak_whole_units(const Conveyor& conveyor, std::size_t which, double* out) {
  const double wanted = carried_[which] + out[1 + which];
  const double whole = std::floor(wanted + 1e-9);
  double taken = 0;
  for (std::size_t i = 0; i < lumps_.size() && taken < whole; ++i) {
    if (!in_zone(conveyor.leaks[which], lumps_[i].leaves - clock_, lumps_[i].places)) continue;
    const double lost = std::min(amounts_[i], whole - taken);
    amounts_[i] -= lost;
    taken += lost;
  }
  carried_[which] = wanted - taken;
  out[1 + which] = taken;
}

void ConveyorState::flows(const Conveyor& conveyor, double dt, bool arrested, const double* fractions,
                          double* out) {
  amounts_.resize(lumps_.size());
  std::fill(out, out + 1 + conveyor.leaks.size(), 0.0);
  if (arrested) return;
  leak(conveyor, dt, fractions, out);
  for (std::size_t k = 0; k < conveyor.leaks.size(); ++k)
    if (conveyor.leaks[k].integers) leak_whole_units(conveyor, k, out);
  for (std::size_t i = 0; i < lumps_.size(); ++i)
    if (lumps_[i].leaves - clock_ <= 1) out[0] += amounts_[i];
  for (std::size_t k = 0; k <= conveyor.leaks.size(); ++k) out[k] /= dt;
}

void ConveyorState::step(const StepInput& input, double dt) {
  if (input.arrested) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < lumps_.size(); ++i) {
    lumps_[i].amount = amounts_[i];
    if (lumps_[i].leaves - clock_ > 1) lumps_[kept++] = lumps_[i];
  }
  lumps_.resize(kept);
  ++clock_;
  if (input.sample) length_ = input.length;
  if (const double amount = input.inflow * dt; amount != 0) put(amount, places_of(length_, dt));
}

double ConveyorState::content() const {
  double sum = 0;
  for (const Lump& lump : lumps_) sum += lump.amount;
  return sum;
}

}  // namespace flowyard::worker::engine
