#include "common/base/formula_mark.hpp"

#include <charconv>

namespace flowyard {
namespace {

bool begins_as_a_formula(std::string_view text) {
  const auto sign = text.find_first_not_of('\'');
  return sign != std::string_view::npos &&
         std::string_view("=+-@").find(text[sign]) != std::string_view::npos;
}

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error != std::errc::invalid_argument && end == text.data() + text.size();
}

}  // namespace

std::string with_formula_mark(std::string_view text) {
  const bool marked = begins_as_a_formula(text) && !is_number(text);
  return (marked ? "'" : "") + std::string(text);
}

std::string_view without_formula_mark(std::string_view text) {
  return text.starts_with('\'') && begins_as_a_formula(text) ? text.substr(1) : text;
}

}  // namespace flowyard
