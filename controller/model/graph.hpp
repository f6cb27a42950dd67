// graph: the structure of a model as a Graphviz drawing: causal links, stocks and flows. Pure.
#pragma once

#include <string>

#include "controller/model/model.hpp"

namespace flowyard::controller::model {

enum class GraphKind {
  CausalLoops,   // every variable, an arrow from each that its equations name; stocks from their flows
  StockAndFlow,  // stocks as boxes with flows between them and clouds; the rest around, as in a diagram
};

// DOT text. Constants, lookups and the clock are drawn small or left out; the order is the model's.
std::string to_dot(const Model& model, GraphKind kind);

}  // namespace flowyard::controller::model
