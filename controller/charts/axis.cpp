#include "controller/charts/axis.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace flowyard::controller::charts {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals)
          .ptr;
  return {buffer.data(), end};
}

// A comma after each three digits.
std::string grouped(std::string number) {
  const std::size_t begin = number.starts_with('-') ? 1 : 0;
  for (auto at = std::min(number.find('.'), number.size()); at > begin + 3;) number.insert(at -= 3, ",");
  return number;
}

std::string superscript(int number) {
  static constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += kDigits[digit - '0'];
  return text;
}

// By which power of ten, a multiple of three, numbers of that size are divided to be read: from a million on,
// and below a thousandth.
int power_of(double largest) {
  if (largest == 0 || (largest >= 1e-3 && largest < 1e6)) return 0;
  return static_cast<int>(std::floor(std::log10(largest) / 3)) * 3;
}

}  // namespace

void Extent::take(double value) {
  if (!std::isfinite(value)) return;
  range.low = count == 0 ? value : std::min(range.low, value);
  range.high = count == 0 ? value : std::max(range.high, value);
  ++count;
}

void Extent::take(std::span<const double> values) {
  for (const double value : values) take(value);
}

double nice_step(double span, int wanted) {
  const double raw = span / std::max(1, wanted);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

Ticks ticks_of(Range range, int wanted) {
  Ticks ticks;
  if (!(range.span() > 0) || !std::isfinite(range.span())) return ticks;
  ticks.step = nice_step(range.span(), wanted);
  const int power = power_of(std::max(std::abs(range.low), std::abs(range.high)));
  const double unit = std::pow(10.0, power);
  // Years and the like have no commas; beside a number that needs one, all have them.
  const bool is_grouped = std::max(std::abs(range.low), std::abs(range.high)) / unit >= 10'000;
  const double digits = -std::floor(std::log10(ticks.step / unit) + 1e-9);
  const int decimals = static_cast<int>(std::clamp(digits, 0.0, 15.0));
  const double first = std::ceil(range.low / ticks.step - 1e-9);
  const double last = std::floor(range.high / ticks.step + 1e-9);
  for (double number = first; number <= last && ticks.at.size() < 1000; ++number) {
    const double value = number == 0 ? 0 : number * ticks.step;  // never -0
    ticks.at.push_back(value);
    auto label = fixed(value / unit, decimals);
    ticks.labels.push_back(is_grouped ? grouped(std::move(label)) : std::move(label));
  }
  if (power != 0) ticks.factor = "×10" + superscript(power);
  return ticks;
}

Range rounded_out(Range range, int wanted) {
  const double step = nice_step(range.span(), wanted);
  return {std::floor(range.low / step + 1e-9) * step, std::ceil(range.high / step - 1e-9) * step};
}

Range axis_of(Range values) {
  constexpr double kNear = 0.5;  // of the extent: so far away 0 may be
  if (values.span() <= 1e-12 * std::max(std::abs(values.low), std::abs(values.high))) {
    const double room = values.low == 0 ? 1 : std::abs(values.low) / 2;
    return {values.low - room, values.high + room};
  }
  if (values.low > 0 && values.low < kNear * values.span()) values.low = 0;
  if (values.high < 0 && -values.high < kNear * values.span()) values.high = 0;
  return values;
}

std::string with_factor(const std::string& title, const std::string& factor) {
  if (factor.empty() || title.empty()) return title + factor;
  return title + ", " + factor;
}

}  // namespace flowyard::controller::charts
