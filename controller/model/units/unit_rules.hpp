// UnitRule: what a function asks of the units of its arguments, and what unit it gives. Plain values.
#pragma once

#include <string_view>

namespace flowyard::controller::model {

// `arguments`, one letter each, the last repeated where `repeat`:  x y  all arguments of one letter have one
// unit;  t  the unit of time;  1  no unit;  ?  anything. `result`: one of these letters, or
//   /  x divided by y       *  x times time       r  1 divided by time       s  the square root of x
struct UnitRule {
  std::string_view function = {};  // by key (name.hpp)
  std::string_view arguments = {};
  char result = '?';
  bool repeat = false;
};

// nullptr for a function whose units nobody checks.
const UnitRule* find_unit_rule(std::string_view function_key);

}  // namespace flowyard::controller::model
