// Doubtful calls: numbers written as arguments of functions, and points of tables, that no author would write
// on purpose. Part of doubts().
#pragma once

#include <string>
#include <vector>

#include "worker/compile/diagnostics.hpp"

namespace flowyard::worker::compile {

// As short as tells it from any other number.
std::string shown(double value);

void doubt_calls(const std::vector<model::Variable>& variables, Diagnostics& diagnostics);

}  // namespace flowyard::worker::compile
