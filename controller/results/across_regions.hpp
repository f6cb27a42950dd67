// Series across regions: one variable's series of all regions made one, saved time by saved time. Pure.
#pragma once

#include <vector>

#include "controller/experiment/outputs.hpp"

namespace flowyard::controller::results {

// `series[region][saved]`, all of one length; NaN where any region has NaN.
std::vector<double> across(experiment::Aggregate aggregate, const std::vector<std::vector<double>>& series);

}  // namespace flowyard::controller::results
