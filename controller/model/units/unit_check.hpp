// Units of measure, checked over a whole model. Pure; any thread.
#pragma once

#include <vector>

#include "controller/model/model.hpp"
#include "controller/model/units/unit_rules.hpp"

namespace flowyard::controller::model {

struct UnitReport {
  // Units that cannot be read, operands that do not go together, and equations that give another unit than
  // their variable has; each with its place and sorted by it.
  std::vector<Warning> mismatches = {};
  // Variables without units, and so without a check.
  std::vector<Name> without_units = {};
};

// A number may stand for any unit beside a sum or comparison, and for none in a product. Whatever depends on
// a variable without units, on a table or on a function for which `rules` has none is not judged. Macros
// are not checked, their units are their callers'. A stock is the integral of its rate: its unit is the
// rate's times that of time.
UnitReport check_units(const Model& model, UnitRules rules);

}  // namespace flowyard::controller::model
