// Text for people: display width, trimming, durations, sizes, numbers. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/byte_count.hpp"
#include "common/base/clock.hpp"
#include "common/base/printable.hpp"
#include "common/base/result.hpp"

namespace flowyard::controller::cli {

// Columns that UTF-8 text takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining
// marks.
int display_width(std::string_view text);
// At most `width` columns, the last one an ellipsis where something is cut off.
std::string trimmed(std::string_view text, int width);

std::string format_seconds(double seconds);  // "850 us", "12.3 ms", "4.56 s", "3m12s", "2h05m"
// "1 s", "40 s", "3 min", "2 h", "5 days": no more than is known of what is to come.
std::string format_roughly(double seconds);
std::string format_age(double seconds);   // "5s", "12m", "3h", "4d"
std::string format_number(double value);  // six digits; "-" where there is none
// The numbers of a column, with decimals in common: at least six significant digits of the largest and three
// of the smallest, less the zeros that all of them end with. "-" for what is not finite.
std::vector<std::string> format_numbers(const std::vector<double>& values);
std::string format_count(std::uint64_t count);                   // "1,000,000"
std::string plural(std::uint64_t count, std::string_view noun);  // "1 worker", "3 workers"

// "90s", "10m", "1h30m", "500ms", "2d"; a number without a unit is an error.
Result<Milliseconds> parse_duration(std::string_view text);

}  // namespace flowyard::controller::cli
