// Reads what stands under `parameters:` and `initial:`: values typed by their shape. One thread.
#pragma once

#include <optional>
#include <vector>

#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

// The value of one parameter; `what` names it in messages: "'growth_rate'".
std::optional<experiment::ParameterValue> read_parameter_value(const yaml::Node& node,
                                                               const std::string& what,
                                                               model::Diagnostics& found);

// All entries of a mapping, appended to `parameters`. Initial values cannot be series.
void read_parameters(const yaml::Node& node, experiment::Target target,
                     std::vector<ParsedParameter>& parameters, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
