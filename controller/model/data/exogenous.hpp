// Names that a Vensim model uses without an equation: Vensim takes them for data supplied to a run. Pure.
#pragma once

#include <vector>

#include "controller/model/model.hpp"

namespace flowyard::controller::model::data {

// A data variable without numbers for each name that stands in an equation of the model (not of a macro) and
// is none of its variables, dimensions, elements or settings; in the order of their use. Its subscripts are
// the dimensions that it is used with. Empty for models of other kinds, which have no such rule.
std::vector<Variable> exogenous(const Model& model);

}  // namespace flowyard::controller::model::data
