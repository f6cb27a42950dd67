// Lint: what a model says that can be computed and is hardly meant, and times that make no run. For those
// who show a model's warnings; pure.
#pragma once

#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

// Elements with two equations, names that mean two things, flows that count twice, arguments that no author
// would write on purpose. In the order in which they are found; empty for most models.
std::vector<model::Warning> lint(const model::Model& model);

// The times that a run by the model's own settings would be refused for, each at the place of its equation.
// What is only known while running is not among them; without a program, what is more than a number.
Errors time_errors(const model::Model& model, const engine::Program& program);
Errors time_errors(const model::Model& model);

// A save interval that the steps do not come by, so that fewer times are kept than it says.
std::vector<model::Warning> lint_time(const model::Model& model, const engine::Program& program);

}  // namespace flowyard::controller::compiler
