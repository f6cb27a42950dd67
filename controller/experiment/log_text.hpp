// The part of a worker's log to show. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/clock.hpp"

namespace flowyard::controller::experiment {

// All of it where nothing is said.
struct LogBeginning {
  std::optional<std::uint64_t> tail;  // with the last so many lines
  std::optional<TimePoint> since;     // with the first line that is not older
};

// The offset of the first byte to show; `text` may begin within a line, which then counts as one.
std::size_t begin_in(std::string_view text, const LogBeginning& beginning);

}  // namespace flowyard::controller::experiment
