// Quantities with units, as people write them: 30s, 64MiB, 5%. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flowyard::controller::experiment::file {

// "500ms", "30s", "5m", "2h", "1d" and sums such as "1h30m"; fractions as in "1.5h". A unit is required.
// At most a hundred years.
std::optional<std::chrono::milliseconds> duration_of(std::string_view text);

// "64MiB" (powers of 1024), "64MB" (powers of 1000), "4096B"; fractions as in "1.5GiB". A unit is required.
// At most 2^53 bytes.
std::optional<std::uint64_t> bytes_of(std::string_view text);

// "5%" is 0.05; 0% to 100%.
std::optional<double> fraction_of(std::string_view text);

}  // namespace flowyard::controller::experiment::file
