// Documents that are part of the program: docs/experiments.md and docs/experiment.schema.json.
#pragma once

#include <string>

namespace flowyard::controller::mcp {

std::string experiment_reference();
std::string experiment_schema();

}  // namespace flowyard::controller::mcp
