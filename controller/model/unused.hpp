// unused: the inputs of a model that nothing uses. Pure.
#pragma once

#include <vector>

#include "controller/model/model.hpp"

namespace flowyard::controller::model {

// Numbers, tables and data that no equation, time setting or macro names, in the order of the model. What is
// computed and not used is a result, and what is marked :SUPPLEMENTARY: is meant so; neither is here. A
// name inside a macro counts for the variable of the model that is called the same.
std::vector<const Variable*> unused_inputs(const Model& model);

// Flows that fill and drain no stock: drawn, but forgotten in its list.
std::vector<const Variable*> idle_flows(const Model& model);

}  // namespace flowyard::controller::model
