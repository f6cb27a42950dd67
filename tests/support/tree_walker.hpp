// TreeWalker: the slow and obvious way to run a scalar model: every value is computed by walking its
// equation's tree, with nothing ordered, hoisted, shared or batched. The engine must agree with it to the
// bit. Knows the plain functions only; throws std::runtime_error for others and for loops.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "controller/model/model.hpp"

namespace flowyard::test {

struct Walked {
  std::vector<double> times;
  std::map<std::string, std::vector<double>> series;  // by key, one value a save
};

// `parameters` by key replace equations. Saves at every step.
Walked walk(const controller::model::Model& model, const std::map<std::string, double>& parameters);

}  // namespace flowyard::test
