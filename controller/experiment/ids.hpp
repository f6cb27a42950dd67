// The ids of the controller's things, as the store numbers them.
#pragma once

#include "common/base/ids.hpp"

namespace flowyard::controller::experiment {

using ExperimentId = Id<struct ExperimentTag>;
using WorkerId = Id<struct WorkerTag>;
using LeaseId = Id<struct LeaseTag>;

}  // namespace flowyard::controller::experiment
