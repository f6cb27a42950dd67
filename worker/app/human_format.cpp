#include "worker/app/human_format.hpp"

#include <cmath>
#include <cstdio>

namespace flowyard::worker::app {
namespace {

std::string with_unit(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  return text;
}

}  // namespace

std::string number_text(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string count_text(std::uint64_t count, const std::string& noun) {
  return number_text(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string span_text(double seconds) {
  if (seconds < 1e-3) return with_unit(seconds * 1e6, "us");
  if (seconds < 1) return with_unit(seconds * 1e3, "ms");
  if (seconds < 100) return with_unit(seconds, "s");
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  return bytes < 1'000'000 ? with_unit(size / 1e3, "kB") : with_unit(size / 1e6, "MB");
}

std::string hash_text(const std::string& hash) {
  constexpr std::size_t kShown = 8;
  return hash.size() <= kShown ? hash : hash.substr(0, kShown) + "…";
}

}  // namespace flowyard::worker::app
