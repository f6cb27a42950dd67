// Annotations: the fields after an equation, `~ units [low,high,step] ~ comment ~ :SUPPLEMENTARY |`. Pure.
#pragma once

#include <string>
#include <string_view>

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

struct Units {
  std::string text = {};
  Limits limits = {};
  bool wrong_limits = false;  // there is a bracket, and no limits in it
};

// "Month [0,?,0.5]": `?` is no limit. Brackets that hold no such range stay part of the units.
Units parse_units(std::string_view field);

// Continued lines joined, indentation dropped, the author's own line ends kept.
std::string clean_comment(std::string_view field);

// `:SUP` in any length and case.
bool says_supplementary(std::string_view field);

// Fills in what the variable does not have yet; of several equations the first with a text wins. `location`
// is that of the equation, for lint of its limits.
void annotate(Variable& variable, std::string_view units, std::string_view comment, std::string_view flags,
              SourceLocation location, Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::vensim
