// Whether a chunk of results fits what was leased. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/expected_results.hpp"
#include "controller/experiment/lease.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::controller::gateway {

// The mismatch, as a message for authors of workers; empty: none. The store checks which scenarios it holds.
std::string misfit_of(const worker::protocol::ResultChunk& chunk,
                      const experiment::ExpectedResults& expected);

// The scenarios of a chunk that fits with a value that is NaN or infinite, in rising runs; but for outcomes
// that may be undefined.
std::vector<experiment::IndexRange> not_finite_in(const worker::protocol::ResultChunk& chunk,
                                                  const experiment::ExpectedResults& expected);

}  // namespace flowyard::controller::gateway
