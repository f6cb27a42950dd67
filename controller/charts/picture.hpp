// A drawing as a file that is not too large.
#pragma once

#include <functional>
#include <string>

#include "controller/charts/canvas.hpp"
#include "controller/charts/chart.hpp"

namespace flowyard::controller::charts {

// The drawing as a PNG of at most kMostBytes: with fewer colours where need be, and drawn smaller where that
// is not enough.
std::string within_limit(Size size, const std::function<Canvas(Size)>& draw);

}  // namespace flowyard::controller::charts
