// Reads `outputs:`: series, outcomes, and sums across regions. One thread.
#pragma once

#include "controller/experiment/file/diagnostics.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

void read_outputs(const yaml::Node& node, ParsedOutputs& outputs, Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
