// Names of workers: two words, such as "novel-poodle", in an order of each installation's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace flowyard::controller::orchestrator {

// The `number`-th name of an installation; different numbers give different names. When the words have run
// out a number is added: "novel-poodle-2".
std::string worker_name(std::uint64_t number, std::string_view installation);

}  // namespace flowyard::controller::orchestrator
