// UnitRule: the units that a function requires of its arguments, and the unit of its result. Plain values.
#pragma once

#include <string_view>

namespace flowyard::controller::model {

// `arguments`, one letter each, the last repeated where `repeat`:  x y  all arguments of one letter have one
// unit;  t  the unit of time;  1  no unit;  ?  anything. `result`: one of these letters, or
//   /  x divided by y       *  x times time       r  1 divided by time       s  the square root of x
struct UnitRule {
  std::string_view arguments = {};
  char result = '?';
  bool repeat = false;
};

// Of a function, by key (name.hpp); nullptr for one whose units are not checked.
using UnitRules = const UnitRule* (*)(std::string_view function_key);

}  // namespace flowyard::controller::model
