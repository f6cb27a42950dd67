#include "docker/client/fields.hpp"

#include <nlohmann/json.hpp>

#include "docker/client/errors.hpp"

namespace flowyard::docker::fields {

nlohmann::json parse(const std::string& body, const std::string& asked) {
  auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw EngineError(200, "the answer is not JSON: " + body.substr(0, 200), asked);
  return json;
}

const nlohmann::json& member(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json absent;
  if (!object.is_object()) return absent;
  const auto found = object.find(key);
  return found == object.end() ? absent : *found;
}

std::string text(const nlohmann::json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number(const nlohmann::json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_number() ? value.get<std::int64_t>() : 0;
}

bool flag(const nlohmann::json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts(const nlohmann::json& object, std::string_view key) {
  std::vector<std::string> out;
  const auto& list = member(object, key);
  if (!list.is_array()) return out;
  for (const auto& value : list) {
    if (value.is_string()) out.push_back(value.get<std::string>());
  }
  return out;
}

std::map<std::string, std::string> text_map(const nlohmann::json& object, std::string_view key) {
  std::map<std::string, std::string> out;
  const auto& map = member(object, key);
  if (!map.is_object()) return out;
  for (const auto& [name, value] : map.items()) {
    if (value.is_string()) out.emplace(name, value.get<std::string>());
  }
  return out;
}

}  // namespace flowyard::docker::fields
