// Doubtful calls: numbers written as arguments of functions, and points of tables, that no author would write
// on purpose. Part of lint().
#pragma once

#include <vector>

#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::compiler {

void lint_calls(const std::vector<model::Variable>& variables, model::Diagnostics& diagnostics);

}  // namespace flowyard::controller::compiler
