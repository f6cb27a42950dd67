// Parameter: the setting of one model input in an experiment, typed by its shape in the file: a scalar is
// fixed, a list is an axis, a mapping is a range, a distribution, a series or an array. Plain values; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace flowyard::controller::experiment {

struct Fixed {
  double value = 0;

  bool operator==(const Fixed&) const = default;
};

// The values that a design steps through. Ranges keep their formula, so that a long one costs nothing.
struct Axis {
  enum class Spacing {
    Listed,       // values
    Linear,       // first + i * (last - first) / (count - 1)
    Logarithmic,  // first * (last / first)^(i / (count - 1)); both of one sign, not zero
  };
  Spacing spacing = Spacing::Listed;
  std::vector<double> values;  // Listed only
  double first = 0;
  double last = 0;
  std::uint64_t count = 0;  // Linear, Logarithmic; at least 1, and 1 means `first`

  std::uint64_t size() const { return spacing == Spacing::Listed ? values.size() : count; }
  // The i-th value, i < size(). The ends are exact.
  double at(std::uint64_t i) const;

  bool operator==(const Axis&) const = default;
};

enum class Distribution {
  Uniform,      // a <= x < b
  LogUniform,   // a <= x < b, both positive: ln x is uniform
  Normal,       // mean a, standard deviation b
  LogNormal,    // ln x is normal with mean a and standard deviation b
  Triangular,   // min a, mode b, max c
  Beta,         // shapes a, b
  Gamma,        // shape a, scale b
  Exponential,  // mean a
  Poisson,      // mean a
  Integers,     // whole numbers from a to b, both included
  Choice,       // one of `choices`, by `weights` (none: all equal)
};

struct Random {
  Distribution distribution = Distribution::Uniform;
  double a = 0;
  double b = 0;
  double c = 0;
  std::vector<double> choices;
  std::vector<double> weights;
  // Truncation: the distribution given that the value lies within.
  std::optional<double> min;
  std::optional<double> max;

  bool operator==(const Random&) const = default;
};

struct TimePointValue {
  double time = 0;
  double value = 0;

  bool operator==(const TimePointValue&) const = default;
};

// A value over time: linear between the points, the end values outside. Times rise.
struct Series {
  std::vector<TimePointValue> points;

  bool operator==(const Series&) const = default;
};

// The values of a subscripted parameter, row-major; `shape` has the length of each dimension.
struct Array {
  std::vector<std::uint32_t> shape;
  std::vector<double> values;

  bool operator==(const Array&) const = default;
};

using ParameterValue = std::variant<Fixed, Axis, Random, Series, Array>;

// What is set: a constant (or lookup, or data) of the model, or the initial value of a stock.
enum class Target { Parameter, InitialValue };

struct ParameterSpec {
  std::string name;  // as the file writes it
  Target target = Target::Parameter;
  ParameterValue value;

  bool operator==(const ParameterSpec&) const = default;
};

// Whether each draw has a value of its own.
bool is_random(const ParameterSpec& spec);

// The word of the file: "uniform", "normal", ...
const char* to_string(Distribution distribution);

// For people: "0.05", "100 values from 0.01 to 0.1", "normal(100, 10), at least 0", "a series of 3 points".
std::string describe(const ParameterValue& value);

}  // namespace flowyard::controller::experiment
