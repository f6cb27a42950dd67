#include "controller/experiment/file/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace flowyard::controller::experiment::file {
namespace {

// Takes a number without sign or exponent off the front.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  double value = 0;
  const auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (code != std::errc{} || *(end - 1) == '.') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && (text[count] | 0x20) >= 'a' && (text[count] | 0x20) <= 'z') ++count;
  const auto letters = text.substr(0, count);
  text.remove_prefix(count);
  return letters;
}

using Unit = std::pair<std::string_view, double>;

template <std::size_t N>
std::optional<double> factor_of(std::string_view unit, const std::array<Unit, N>& units) {
  for (const auto& [name, factor] : units)
    if (name == unit) return factor;
  return std::nullopt;
}

constexpr std::array<Unit, 5> kTimeUnits{{{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}}};

constexpr double kKibi = 1024;
constexpr std::array<Unit, 10> kSizeUnits{{{"B", 1},
                                           {"kB", 1e3},
                                           {"KB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12},
                                           {"KiB", kKibi},
                                           {"MiB", kKibi* kKibi},
                                           {"GiB", kKibi* kKibi* kKibi},
                                           {"TiB", kKibi* kKibi* kKibi* kKibi}}};

}  // namespace

std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
  constexpr double kCentury = 8.64e7 * 365.25 * 100;
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const auto factor = factor_of(take_letters(text), kTimeUnits);
    if (!factor) return std::nullopt;
    total += *number * *factor;
  }
  if (!(total <= kCentury)) return std::nullopt;
  return std::chrono::milliseconds(std::llround(total));
}

std::optional<std::uint64_t> bytes_of(std::string_view text) {
  constexpr double kMost = 9007199254740992.0;
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  const auto factor = factor_of(take_letters(text), kSizeUnits);
  if (!factor || !text.empty() || !(*number * *factor <= kMost)) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*number * *factor));
}

std::optional<double> fraction_of(std::string_view text) {
  const auto number = take_number(text);
  if (!number || text != "%" || *number > 100) return std::nullopt;
  return *number / 100;
}

}  // namespace flowyard::controller::experiment::file
