#include "common/yaml/scalar.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace flowyard::yaml {
namespace {

std::optional<double> special_number(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  double sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (text[0] == '-') sign = -1;
    text.remove_prefix(1);
  }
  if (text == ".inf" || text == ".Inf" || text == ".INF")
    return sign * std::numeric_limits<double>::infinity();
  return std::nullopt;
}

bool starts_like_a_number(std::string_view text) {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  if (i < text.size() && text[i] == '.') ++i;
  return i < text.size() && text[i] >= '0' && text[i] <= '9';
}

}  // namespace

std::optional<double> number_of(const Node& node) {
  if (!node.is_scalar() || node.style != Style::Plain) return std::nullopt;
  std::string_view text = node.text;
  if (auto special = special_number(text)) return special;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  // from_chars also takes "inf" and "nan", which in YAML are texts.
  if (!starts_like_a_number(text)) return std::nullopt;
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || code == std::errc::invalid_argument) return std::nullopt;
  // Out of range: what is too large is infinite, so that the reader's own check for finite numbers names it.
  if (code == std::errc::result_out_of_range) return std::strtod(node.text.c_str(), nullptr);
  return value;
}

std::optional<std::int64_t> integer_of(const Node& node) {
  if (!node.is_scalar() || node.style != Style::Plain) return std::nullopt;
  std::string_view text = node.text;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc{} && end == text.data() + text.size()) return value;
  const auto number = number_of(node);
  // 2^53: beyond it a double no longer holds every whole number.
  constexpr double kExact = 9007199254740992.0;
  if (!number || !(std::abs(*number) <= kExact) || std::trunc(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<bool> boolean_of(const Node& node) {
  if (!node.is_scalar() || node.style != Style::Plain) return std::nullopt;
  if (node.text == "true" || node.text == "True" || node.text == "TRUE") return true;
  if (node.text == "false" || node.text == "False" || node.text == "FALSE") return false;
  return std::nullopt;
}

}  // namespace flowyard::yaml
