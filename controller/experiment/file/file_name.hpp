// The name of a file that travels with the experiment. One thread.
#pragma once

#include <optional>
#include <string>

#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

// The path in the bundle, or nothing after reporting why it cannot be one. `what` names it in messages.
std::optional<ParsedData> read_file_name(const yaml::Node& node, const std::string& what,
                                         model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
