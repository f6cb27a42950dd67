// Reads what stands under `parameters:` and `initial:`: values typed by their shape. One thread.
#pragma once

#include <optional>
#include <vector>

#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"

namespace flowyard::controller::spec {

// The value of one parameter; `what` names it in messages: "'growth_rate'".
std::optional<domain::ParameterValue> read_parameter_value(const yaml::Node& node, const std::string& what,
                                                           Diagnostics& found);

// All entries of a mapping, appended to `parameters`. Initial values cannot be series.
void read_parameters(const yaml::Node& node, domain::Target target, std::vector<DraftParameter>& parameters,
                     Diagnostics& found);

}  // namespace flowyard::controller::spec
