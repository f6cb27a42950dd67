// EngineTime: the Engine's nanosecond timestamps, and their two spellings on the wire.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace flowyard::docker {

using EngineTime = std::chrono::sys_time<std::chrono::nanoseconds>;

// RFC 3339 with up to nine digits of fraction. Nothing for what is not one, and for Go's zero time (year 1),
// which the Engine uses for "not yet".
std::optional<EngineTime> parse_engine_time(std::string_view text);

// Unix seconds with nine digits of fraction, as `since` and `until` parameters take it.
std::string to_unix_text(EngineTime time);

}  // namespace flowyard::docker
