// Reading query parameters: each gives its value, its default when absent, or an Error that names it.
#pragma once

#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "common/http/message.hpp"

namespace flowyard::controller::rest {

// A whole number from `least` to `most`.
Result<std::optional<std::int64_t>> whole_number(const http::Target& target, std::string_view key,
                                                 std::int64_t least, std::int64_t most);
// true or false; absent is false.
Result<bool> flag(const http::Target& target, std::string_view key);
Result<std::optional<TimePoint>> time(const http::Target& target, std::string_view key);

// An Error for the first key that is not one of `known` (separated by blanks).
Result<void> check_keys(const http::Target& target, std::string_view known);

}  // namespace flowyard::controller::rest
