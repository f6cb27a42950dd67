#include "common/base/number_text.hpp"
#include "controller/experiment/parameter.hpp"

namespace flowyard::controller::experiment {
namespace {

std::string listed(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number_text(value);
  return text;
}

struct Describe {
  std::string operator()(const Fixed& fixed) const { return number_text(fixed.value); }

  std::string operator()(const Axis& axis) const {
    constexpr std::uint64_t kShown = 6;
    if (axis.spacing == Axis::Spacing::Listed && axis.size() <= kShown) return listed(axis.values);
    const std::string ends =
        " values from " + number_text(axis.at(0)) + " to " + number_text(axis.at(axis.size() - 1));
    return std::to_string(axis.size()) + ends +
           (axis.spacing == Axis::Spacing::Logarithmic ? ", evenly on a logarithmic scale" : "");
  }

  std::string operator()(const Random& random) const {
    std::string text = to_string(random.distribution) + std::string("(") + arguments(random) + ")";
    if (random.min) text += ", at least " + number_text(*random.min);
    if (random.max) text += ", at most " + number_text(*random.max);
    return text;
  }

  std::string operator()(const Series& series) const {
    return "a series of " + std::to_string(series.points.size()) + " points";
  }

  std::string operator()(const Array& array) const {
    std::string text = "an array of ";
    for (std::size_t i = 0; i < array.shape.size(); ++i)
      text += (i > 0 ? " x " : "") + std::to_string(array.shape[i]);
    return text;
  }

 private:
  static std::string arguments(const Random& random) {
    switch (random.distribution) {
      case Distribution::Exponential:
      case Distribution::Poisson:
        return number_text(random.a);
      case Distribution::Triangular:
        return listed({random.a, random.b, random.c});
      case Distribution::Choice:
        return listed(random.choices);
      default:
        return listed({random.a, random.b});
    }
  }
};

}  // namespace

std::string describe(const ParameterValue& value) {
  return std::visit(Describe{}, value);
}

}  // namespace flowyard::controller::experiment
