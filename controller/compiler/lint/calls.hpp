// Lint of calls: numbers written as arguments of functions, and points of tables, that are probably not
// intended. Part of lint().
#pragma once

#include <vector>

#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::compiler {

void lint_calls(const std::vector<model::Variable>& variables, model::Diagnostics& diagnostics);

}  // namespace flowyard::controller::compiler
