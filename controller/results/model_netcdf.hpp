// A result as a NetCDF file: a variable for each of the model's, over time and its subscripts. Pure.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "controller/results/model_result.hpp"

namespace flowyard::controller::results {

// Dimensions are called as the model's own; the elements of each stand in a variable of its name. What was
// asked for of an array only in part is one variable for each element. An error where it is too large.
Result<std::string> netcdf_of(const ModelResult& result, const model::Model& model);

}  // namespace flowyard::controller::results
