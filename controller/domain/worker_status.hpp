// What a person is told of a worker's state: fewer words than the states of its life.
#pragma once

#include <array>
#include <string_view>

namespace flowyard::controller::domain {

inline constexpr std::array<std::string_view, 8> kWorkerStatuses = {
    "starting", "idle", "running", "stopping", "leaving", "finished", "stopped", "failed"};

}  // namespace flowyard::controller::domain
