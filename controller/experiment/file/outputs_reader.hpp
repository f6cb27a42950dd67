// Reads `outputs:`: series, outcomes, and sums across regions. One thread.
#pragma once

#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

void read_outputs(const yaml::Node& node, ParsedOutputs& outputs, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
