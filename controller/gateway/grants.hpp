// The grant of a lease: the scenarios of its range, column by column. Pure.
#pragma once

#include "controller/orchestrator/active_experiment.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::controller::gateway {

worker::protocol::LeaseGrant grant_of(const experiment::Lease& lease,
                                      const orchestrator::ActiveExperiment& experiment);

}  // namespace flowyard::controller::gateway
