// A result as a NetCDF file: a variable for each of the model's, over time and its subscripts. Pure.
#pragma once

#include <string>

#include "controller/cli/model_result.hpp"

namespace flowyard::controller::cli {

// Dimensions are called as the model's own; the elements of each stand in a variable of its name. What was
// asked for of an array only in part is one variable for each element. CommandFailed where it is too large.
std::string netcdf_of(const ModelResult& result, const worker::model::Model& model);

}  // namespace flowyard::controller::cli
