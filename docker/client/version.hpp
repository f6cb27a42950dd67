// ApiVersion and the choice of one: pure. The Engine names the newest version that it speaks in the answer to
// /_ping and, when it refuses a request, its bounds in the text of a 400.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace flowyard::docker {

struct ApiVersion {
  int major = 0;
  int minor = 0;

  auto operator<=>(const ApiVersion&) const = default;  // by number: 1.9 < 1.10
};

// The newest API version this client supports, and the oldest (Docker 19.03, Podman 3).
inline constexpr ApiVersion kNewestSpoken{1, 51};
inline constexpr ApiVersion kOldestSpoken{1, 40};

std::optional<ApiVersion> parse_api_version(std::string_view text);  // "1.41"
std::string to_string(ApiVersion version);

// The version to use with an Engine whose newest is `offered` (nothing when not given): the older of the two
// newest. Nothing where the Engine is older than kOldestSpoken.
std::optional<ApiVersion> choose_version(std::optional<ApiVersion> offered);

// Whether a response refuses the requested version ("client version 1.24 is too old...").
bool refuses_version(int status, std::string_view message);

// The version that such a refusal asks for, if this client supports it.
std::optional<ApiVersion> version_asked_for(std::string_view message);

}  // namespace flowyard::docker
