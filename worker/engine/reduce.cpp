#include "worker/engine/reduce.hpp"

#include "worker/engine/functions.hpp"

namespace flowyard::worker::engine {
namespace {

struct Lane {
  double& result;
  double& second;
  double& third;
};

void accumulate_lane(ReductionKind kind, const SaveMoment& m, double x, double at, Lane lane) {
  const bool first = m.saved == 0;
  const auto count = static_cast<double>(m.saved);
  switch (kind) {
    case ReductionKind::First:
      if (first) lane.result = x;
      break;
    case ReductionKind::Last:
      lane.result = x;
      break;
    case ReductionKind::Min:
      lane.result = first ? x : fn::min(lane.result, x);
      break;
    case ReductionKind::Max:
      lane.result = first ? x : fn::max(lane.result, x);
      break;
    case ReductionKind::Sum:
    case ReductionKind::Mean:
      lane.result += x;
      break;
    case ReductionKind::Integral:
      if (!first) lane.result += (m.now - m.before) * 0.5 * (lane.second + x);
      lane.second = x;
      break;
    case ReductionKind::Std: {  // Welford
      const double away = x - lane.second;
      lane.second += away / (count + 1);
      lane.third += away * (x - lane.second);
      break;
    }
    case ReductionKind::TimeOfMax:
    case ReductionKind::TimeOfMin: {
      const bool better = kind == ReductionKind::TimeOfMax ? x > lane.second : x < lane.second;
      if (first || better) {
        lane.result = m.now;
        lane.second = x;
      }
      break;
    }
    case ReductionKind::FirstTime:
      if (x != 0 && x == x && lane.result != lane.result) lane.result = m.now;
      break;
    case ReductionKind::LastTime:
      if (x != 0 && x == x) lane.result = m.now;
      break;
    case ReductionKind::ValueAt:  // linear between the saves around `at`
      if (at == m.now) lane.result = x;
      if (!first && m.before < at && at < m.now)
        lane.result = lane.second + (at - m.before) / (m.now - m.before) * (x - lane.second);
      lane.second = x;
      break;
    case ReductionKind::Fraction:
    case ReductionKind::Count:
      if (x != 0 && x == x) lane.result += 1;
      break;
  }
}

double begin_value(ReductionKind kind) {
  switch (kind) {
    case ReductionKind::Mean:
    case ReductionKind::Sum:
    case ReductionKind::Integral:
    case ReductionKind::Std:
    case ReductionKind::Fraction:
    case ReductionKind::Count:
      return 0;
    case ReductionKind::First:
    case ReductionKind::Last:
    case ReductionKind::Min:
    case ReductionKind::Max:
    case ReductionKind::TimeOfMax:
    case ReductionKind::TimeOfMin:
    case ReductionKind::FirstTime:
    case ReductionKind::LastTime:
    case ReductionKind::ValueAt:
      return fn::kNotAvailable;
  }
  return 0;
}

}  // namespace

const char* to_string(ReductionKind kind) {
  static constexpr const char* kWords[kReductionKinds] = {
      "first",       "last",        "min",        "max",       "mean",     "sum",      "integral", "std",
      "time_of_max", "time_of_min", "first_time", "last_time", "value_at", "fraction", "count"};
  return kWords[static_cast<std::size_t>(kind)];
}

void begin(const Frame& f, const Reduction& r) {
  double* slots = f.slots + r.result * f.stride;
  for (std::size_t i = 0; i < f.lanes; ++i) {
    slots[i] = begin_value(r.kind);
    slots[f.stride + i] = slots[2 * f.stride + i] = 0;
  }
}

void accumulate(const Frame& f, const Reduction& r, const SaveMoment& hook) {
  double* slots = f.slots + r.result * f.stride;
  const double* x = f.slots + r.input * f.stride;
  const double* at = f.slots + r.at * f.stride;
  for (std::size_t i = 0; i < f.lanes; ++i)
    accumulate_lane(r.kind, hook, x[i], at[i], {slots[i], slots[f.stride + i], slots[2 * f.stride + i]});
}

void end(const Frame& f, const Reduction& r, std::uint64_t saves) {
  double* slots = f.slots + r.result * f.stride;
  const auto n = static_cast<double>(saves);
  for (std::size_t i = 0; i < f.lanes; ++i) {
    if (r.kind == ReductionKind::Mean || r.kind == ReductionKind::Fraction) slots[i] /= n;
    if (r.kind == ReductionKind::Std) slots[i] = fn::sqrt(slots[2 * f.stride + i] / n);
  }
}

}  // namespace flowyard::worker::engine
