// One scenario of a lease as the JSON object that a foreign program is given. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "worker/protocol/messages.hpp"

namespace flowyard::worker::command {

// A seed for (seed, draw) that a language with 32-bit signed integers can take, 0 to 2^31 - 1: the draw added
// to the seed as Weyl increments and mixed by SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014).
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t draw);  // all 64 bits
std::uint32_t small_seed_of(std::uint64_t seed, std::uint64_t draw);

// Of scenario `at` of the lease, 0 the first; without line breaks. Parameters that the experiment does not
// set have the values that stand under `inputs`. `series` are those that it is to give, also for outcomes,
// and `times` when.
std::string scenario_json(const protocol::LeaseGrant& grant, std::uint64_t at,
                          const std::vector<std::string>& series, const std::vector<double>& times);

}  // namespace flowyard::worker::command
