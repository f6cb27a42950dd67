// Numbers and durations as text for people, for the worker's log. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace flowyard::worker::app {

std::string number_text(std::uint64_t number);                         // "12,000"
std::string count_text(std::uint64_t count, const std::string& noun);  // "1 iteration", "12,000 iterations"
std::string span_text(double seconds);                                 // "1.3 ms", "2.5 s", "3 min 20 s"
std::string size_text(std::uint64_t bytes);                            // "840 bytes", "2.1 kB", "3.4 MB"
std::string hash_text(const std::string& hash);                        // the first 8 characters and "…"

}  // namespace flowyard::worker::app
