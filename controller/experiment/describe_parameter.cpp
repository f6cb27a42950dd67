#include <charconv>

#include "controller/domain/parameter.hpp"

namespace flowyard::controller::domain {
namespace {

// The shortest text that reads back as the same number.
std::string text_of(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string listed(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + text_of(value);
  return text;
}

struct Describe {
  std::string operator()(const Fixed& fixed) const { return text_of(fixed.value); }

  std::string operator()(const Axis& axis) const {
    constexpr std::uint64_t shown = 6;
    if (axis.spacing == Axis::Spacing::Listed && axis.size() <= shown) return listed(axis.values);
    const std::string ends =
        " values from " + text_of(axis.at(0)) + " to " + text_of(axis.at(axis.size() - 1));
    return std::to_string(axis.size()) + ends +
           (axis.spacing == Axis::Spacing::Logarithmic ? ", evenly on a logarithmic scale" : "");
  }

  std::string operator()(const Random& random) const {
    std::string text = word_of(random.distribution) + std::string("(") + arguments(random) + ")";
    if (random.min) text += ", at least " + text_of(*random.min);
    if (random.max) text += ", at most " + text_of(*random.max);
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
        return text_of(random.a);
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

}  // namespace flowyard::controller::domain
