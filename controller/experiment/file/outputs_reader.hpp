// Reads `outputs:`: series, outcomes, and sums across regions. One thread.
#pragma once

#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"

namespace flowyard::controller::spec {

void read_outputs(const yaml::Node& node, DraftOutputs& outputs, Diagnostics& found);

}  // namespace flowyard::controller::spec
