// Whether a chunk of results fits what was leased. Pure.
#pragma once

#include <string>

#include "controller/experiment/expected_results.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::controller::gateway {

// What does not fit, for whoever writes a worker; empty: everything does. Which scenarios it holds is for the
// store to check.
std::string misfit_of(const worker::protocol::ResultChunk& chunk,
                      const experiment::ExpectedResults& expected);

}  // namespace flowyard::controller::gateway
