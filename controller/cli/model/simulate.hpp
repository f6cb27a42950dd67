// A model compiled and run once, in this process. What goes wrong is a CommandFailed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "controller/model/model.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::controller::cli {

// All that can be saved: no lookups, and no data variable that nothing feeds.
std::vector<std::string> savable_names(const model::Model& model);

// CommandFailed with every error.
std::shared_ptr<const worker::engine::Program> compile_model(const model::Model& model,
                                                             const std::vector<std::string>& series);

// One run. CommandFailed where the input is refused.
worker::engine::RunOutput run_once(const std::shared_ptr<const worker::engine::Program>& program,
                                   const worker::engine::RunInput& input);

}  // namespace flowyard::controller::cli
