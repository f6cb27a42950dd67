// Documents that are part of the program: docs/experiments.md, docs/experiment.schema.json, and what apps/
// has.
#pragma once

#include <map>
#include <string>

namespace flowyard::controller::mcp {

std::map<std::string, std::string> references();  // docs/NAME.md, by name
std::string experiment_schema();
// Pages, HTML with all that they need in them.
std::string experiment_app();
std::string results_app();

}  // namespace flowyard::controller::mcp
