// variable: the XMILE elements <stock>, <flow>, <aux> and <gf> as Variables (OASIS XMILE 1.0, section 4).
// Names are those of the model they stand in; flatten.hpp qualifies them. Pure.
#pragma once

#include "worker/model/model.hpp"
#include "worker/model/xmile/document.hpp"
#include "worker/model/xmile/equation.hpp"
#include "worker/model/xmile/findings.hpp"
#include "worker/model/xmile/symbols.hpp"

namespace flowyard::worker::model::xmile {

// What a <behavior> says of the variables that do not say it themselves.
struct Behavior {
  bool non_negative_stocks = false;
  bool non_negative_flows = false;
};

Behavior read_behavior(pugi::xml_node parent, const Document& document, Behavior outer);

struct LocalVariable {
  Variable variable = {};
  // No equation: an error, unless the variable is the input of a module and connected.
  bool unfilled = false;
};

struct VariableScope {
  const Document& document;
  const Symbols& symbols;
  Findings& findings;
  Budget& budget;
  Behavior behavior = {};
};

bool is_variable_element(pugi::xml_node element);

// `element` is one of those that is_variable_element() knows.
LocalVariable read_variable(pugi::xml_node element, const VariableScope& scope);

}  // namespace flowyard::worker::model::xmile
