// variable: the XMILE elements <stock>, <flow>, <aux> and <gf> as Variables (OASIS XMILE 1.0, section 4).
// Names are those of the model they stand in; flatten.hpp qualifies them. Pure.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "controller/model/xmile/behaviour.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/equation.hpp"
#include "controller/model/xmile/symbols.hpp"

namespace flowyard::controller::model::xmile {

struct LocalVariable {
  Variable variable = {};
  // No equation: an error, unless the variable is the input of a module and connected.
  bool unfilled = false;
  // Read with errors: its name goes to Model::unread in its stead.
  bool broken = false;
};

// The named <gf>s with points of a file, by key.
using Graphs = std::unordered_map<std::string, pugi::xml_node>;

struct VariableScope {
  const Document& document;
  const Symbols& symbols;
  Diagnostics& diagnostics;
  Budget& budget;
  Behavior behavior = {};
  const Graphs& graphs;
};

// Where the variables of a model or macro stand: in <variables>, or directly in it (STELLA 10).
std::vector<pugi::xml_node> variable_parents(pugi::xml_node model);

bool is_variable_element(pugi::xml_node element);

// What a stock's flows change it by, as an expression.
Expression rate_of(const std::vector<FlowName>& inflows, const std::vector<FlowName>& outflows);

// `element` is one of those that is_variable_element() knows.
LocalVariable read_variable(pugi::xml_node element, const VariableScope& scope);

}  // namespace flowyard::controller::model::xmile
