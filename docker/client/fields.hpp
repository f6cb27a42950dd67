// Lenient readers of the Engine's JSON: absent and null members (Go writes null for empty lists) are
// accepted, so that a newer Engine or Podman may omit fields. For the .cpp files of this folder.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace flowyard::docker::fields {

// Throws EngineError when the body is not JSON; `asked` names the call.
nlohmann::json parse(const std::string& body, const std::string& asked);

// The member of that name; null when absent or when `object` is no object.
const nlohmann::json& member(const nlohmann::json& object, std::string_view key);

// The member of that name; empty, 0 or false when it is absent or of another type.
std::string text(const nlohmann::json& object, std::string_view key);
std::int64_t number(const nlohmann::json& object, std::string_view key);
bool flag(const nlohmann::json& object, std::string_view key);
std::vector<std::string> texts(const nlohmann::json& object, std::string_view key);
std::map<std::string, std::string> text_map(const nlohmann::json& object, std::string_view key);

}  // namespace flowyard::docker::fields
