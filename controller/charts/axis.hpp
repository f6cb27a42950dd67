// Numbers along an axis: where its ticks are and what they say. Pure; no locale.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace flowyard::controller::charts {

struct Range {
  double low = 0, high = 1;

  double span() const { return high - low; }
  double part_of(double value) const { return (value - low) / span(); }
};

// Of the finite values; {0, 0} where there are none. `count` tells how many there were.
struct Extent {
  Range range{0, 0};
  std::size_t count = 0;

  void take(double value);
  void take(std::span<const double> values);
};

struct Ticks {
  std::vector<double> at;           // rising, within the range
  std::vector<std::string> labels;  // "12,000", "0.25"; for each
  std::string factor;               // what labels are multiplied by, "×10⁶"; mostly empty
  double step = 1;
};

// The least of 1, 2 or 5 times a power of ten, `wanted` of which cover the span.
double nice_step(double span, int wanted);

// At multiples of that step: at most one more than wanted.
Ticks ticks_of(Range range, int wanted);

// The same around the range: low and high become multiples of the step.
Range rounded_out(Range range, int wanted);

// What shows all of the range: one that begins a little above 0, or ends a little below, has it, too; one
// without extent has room on both sides.
Range axis_of(Range values);

// "rate (1/year), ×10⁻³"
std::string with_factor(const std::string& title, const std::string& factor);

}  // namespace flowyard::controller::charts
