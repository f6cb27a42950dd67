// Unit: the unit of measure of a variable, a product of base units with whole powers. A plain value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard::controller::model {

// "Widget/Month" is {widget: 1, month: -1}; the dimensionless unit is empty. Names are compared by key
// (name.hpp) and without a plural s; Person, People and $, Dollar are known to be the same.
struct Unit {
  std::map<std::string, int> powers = {};

  bool dimensionless() const { return powers.empty(); }
  bool operator==(const Unit&) const = default;
};

// Names (blanks and hyphens inside), `*`, `/`, `^` with a whole number, parentheses; `1`, `Dmnl`,
// `Dimensionless`, `Fraction` and other plain numbers stand for no unit. Left to right: a/b*c is (a/b)*c.
// Errors: a text that is no such formula. No place: the caller knows whose units they are.
Result<Unit> parse_unit(std::string_view text);

// "widget/month", "1/month", "dimensionless".
std::string to_string(const Unit& unit);

Unit product(const Unit& a, const Unit& b);
Unit quotient(const Unit& a, const Unit& b);
Unit power(const Unit& unit, int exponent);
// nullopt where a power is odd.
std::optional<Unit> square_root(const Unit& unit);

}  // namespace flowyard::controller::model
