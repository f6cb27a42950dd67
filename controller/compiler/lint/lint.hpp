// Lint: warnings about valid models that are probably not as intended, and errors of the time settings. Pure.
#pragma once

#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

// Elements with two equations, ambiguous names, flows that count twice, arguments that are probably not
// intended. In the order in which they are found; empty for most models.
std::vector<model::Warning> lint(const model::Model& model);

// The times that a run by the model's own settings would be refused for, each at the place of its equation.
// What is only known while running is not among them; without a program, what is more than a number.
Errors time_errors(const model::Model& model, const engine::Program& program);
Errors time_errors(const model::Model& model);

// A save interval that is no multiple of the step, so that fewer times are saved than expected.
std::vector<model::Warning> lint_time(const model::Model& model, const engine::Program& program);

}  // namespace flowyard::controller::compiler
