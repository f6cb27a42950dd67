// Times as they travel: RFC 3339.
#pragma once

#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"

namespace flowyard::controller::rest {

// "2026-01-31T12:00:00Z", with a fraction of a second (kept to milliseconds) and any offset.
Result<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace flowyard::controller::rest
