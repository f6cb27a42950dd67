// behaviour: what a stock or flow does besides its equation: its flows, whether it stays above zero,
// conveyors, queues and leaks (OASIS XMILE 1.0, sections 4.2 and 4.3). Pure.
#pragma once

#include "controller/model/model.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/equation.hpp"

namespace flowyard::controller::model::xmile {

// The defaults that a <behavior> gives to variables.
struct Behavior {
  bool non_negative_stocks = false;
  bool non_negative_flows = false;
};

Behavior read_behavior(pugi::xml_node parent, const Document& document, Behavior outer);

// `<non_negative/>` and `<non_negative>true</non_negative>` say yes, `<non_negative> false </...>` says no.
bool says_yes(pugi::xml_node element, const Document& document);

// Of an attribute: true, 1 or yes; `otherwise` where it is not there.
bool attribute_says(pugi::xml_node element, const char* name, const Document& document, bool otherwise);

// Fills in everything of `variable` but its equations. `scope` is that of its own equations.
void read_behaviour(pugi::xml_node element, const Scope& scope, Behavior behavior, Variable& variable);

}  // namespace flowyard::controller::model::xmile
