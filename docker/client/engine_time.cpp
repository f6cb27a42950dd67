#include "docker/client/engine_time.hpp"

#include <array>
#include <cstdio>

namespace flowyard::docker {
namespace {

// Takes `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

std::chrono::nanoseconds take_fraction(std::string_view& text) {
  std::int64_t nanos = 0;
  std::int64_t unit = 100'000'000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    nanos += unit * (text.front() - '0');
    unit /= 10;
    text.remove_prefix(1);
  }
  return std::chrono::nanoseconds(nanos);
}

// "Z" or "+hh:mm"; the whole rest of the text.
std::optional<std::chrono::minutes> take_offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  const bool east = text.starts_with('+');
  if (!east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !text.empty()) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return east ? offset : -offset;
}

}  // namespace

std::optional<EngineTime> parse_engine_time(std::string_view text) {
  std::array<int, 6> fields{};
  constexpr std::string_view kSeparators = "--T::";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && !take(text, kSeparators[i - 1])) return std::nullopt;
    const auto number = take_number(text, i == 0 ? 4 : 2);
    if (!number) return std::nullopt;
    fields[i] = *number;
  }
  std::chrono::nanoseconds fraction{0};
  if (take(text, '.')) fraction = take_fraction(text);
  const auto offset = take_offset(text);
  const std::chrono::year_month_day day(std::chrono::year(fields[0]),
                                        std::chrono::month(static_cast<unsigned>(fields[1])),
                                        std::chrono::day(static_cast<unsigned>(fields[2])));
  if (!offset || !day.ok() || fields[0] < 1970) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(fields[3]) + std::chrono::minutes(fields[4]) +
         std::chrono::seconds(fields[5]) + fraction - *offset;
}

std::string to_unix_text(EngineTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto nanos = (time - seconds).count();
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%lld.%09lld",
                static_cast<long long>(seconds.time_since_epoch().count()), static_cast<long long>(nanos));
  return text.data();
}

}  // namespace flowyard::docker
