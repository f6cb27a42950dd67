#include "controller/cli/ui/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace flowyard::controller::cli {
namespace {

// A character that its text ends within counts as one byte.
Character first_of(std::string_view text) {
  const auto character = first_character(text);
  return {character.point, character.length > 0 ? character.length : 1};
}

// The blocks that matter in practice, from Unicode's EastAsianWidth.txt and the general category Mn.
constexpr std::pair<char32_t, char32_t> kNoWidth[] = {
    {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},   {0x64B, 0x65F},  {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr std::pair<char32_t, char32_t> kDoubleWidth[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(const std::pair<char32_t, char32_t> (&ranges)[N], char32_t point) {
  for (const auto& [first, last] : ranges) {
    if (point >= first && point <= last) return true;
  }
  return false;
}

int width_of(char32_t point) {
  if (within(kNoWidth, point)) return 0;
  return within(kDoubleWidth, point) ? 2 : 1;
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[64];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const auto [point, length] = first_of(text);
    width += width_of(point);
    text.remove_prefix(length);
  }
  return width;
}

std::string trimmed(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t kept = 0;
  for (int used = 0; kept < text.size();) {
    const auto [point, length] = first_of(text.substr(kept));
    used += width_of(point);
    if (used > width - 1) break;
    kept += length;
  }
  return std::string(text.substr(0, kept)) + (width > 0 ? "…" : "");
}

std::string format_seconds(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  if (seconds < 0.9995e-3) return print("%.0f us", seconds * 1e6);
  if (seconds < 0.9995) return print("%.3g ms", seconds * 1e3);
  if (seconds < 99.95) return print("%.3g s", seconds);
  const long long whole = std::llround(seconds);
  if (whole < 3600) return print("%lldm%02llds", whole / 60, whole % 60);
  return print("%lldh%02lldm", whole / 3600, whole % 3600 / 60);
}

std::string format_roughly(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  // Steps of ten from half a minute on, so that the number does not jump about.
  if (seconds < 30) return print("%.0f s", std::max(1.0, std::round(seconds)));
  if (seconds < 1.5 * kMinute) return print("%.0f s", 10 * std::round(seconds / 10));
  if (seconds < 1.5 * kHour) return print("%.0f min", std::round(seconds / kMinute));
  if (seconds < 2 * kDay) return print("%.0f h", std::round(seconds / kHour));
  return print("%.0f days", std::round(seconds / kDay));
}

std::string format_age(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "-";
  if (seconds < 100) return print("%.0fs", std::floor(seconds));
  if (seconds < 100 * 60) return print("%.0fm", std::floor(seconds / 60));
  if (seconds < 48 * 3600) return print("%.0fh", std::floor(seconds / 3600));
  return print("%.0fd", std::floor(seconds / 86400));
}

std::string format_number(double value) {
  return std::isfinite(value) ? print("%.6g", value) : "-";
}

std::vector<std::string> format_numbers(const std::vector<double>& values) {
  constexpr int kSignificant = 6, kLeastSignificant = 3, kMostDecimals = 9;
  int largest = -400, smallest = 400;  // powers of ten
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    const int power = static_cast<int>(std::floor(std::log10(std::abs(value))));
    largest = std::max(largest, power);
    smallest = std::min(smallest, power);
  }
  const bool all_whole = std::all_of(values.begin(), values.end(), [](double value) {
    return !std::isfinite(value) || value == std::trunc(value);
  });
  int decimals = all_whole || largest < smallest
                     ? 0
                     : std::max({0, kSignificant - 1 - largest, kLeastSignificant - 1 - smallest});
  const bool is_plain = largest < 15 && decimals <= kMostDecimals;
  if (!is_plain) decimals = kSignificant - 1;
  std::vector<std::string> texts;
  for (const double value : values)
    texts.push_back(std::isfinite(value) ? print(is_plain ? "%.*f" : "%.*e", decimals, value) : "-");
  const auto ends_in_zero = [](const std::string& text) { return text == "-" || text.ends_with('0'); };
  for (; is_plain && decimals > 0 && std::all_of(texts.begin(), texts.end(), ends_in_zero); --decimals) {
    for (auto& text : texts) {
      if (text == "-") continue;
      text.pop_back();
      if (decimals == 1) text.pop_back();  // the point
    }
  }
  return texts;
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return format_count(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

Result<Milliseconds> parse_duration(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const auto wrong = invalid("'" + std::string(text) + "' is not a duration such as 90s, 10m, 1h30m or 2d");
  double total = 0;
  if (text.empty()) return wrong;
  while (!text.empty()) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !(value >= 0)) return wrong;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    const auto word = text.substr(0, text.find_first_of("0123456789."));
    double scale = 0;
    for (const auto& [unit, milliseconds] : kUnits) {
      if (unit == word) scale = milliseconds;
    }
    total += value * scale;
    if (scale == 0 || total > 1e14) return wrong;
    text.remove_prefix(word.size());
  }
  return Milliseconds(std::llround(total));
}

}  // namespace flowyard::controller::cli
