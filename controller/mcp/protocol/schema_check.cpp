#include "controller/mcp/protocol/schema_check.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/suggest.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer")
    return value.is_number_integer() ||
           (value.is_number_float() && value.get<double>() == std::trunc(value.get<double>()));
  return true;
}

// "string or object": what the branches of an anyOf allow.
std::string types_text(const Json& branches) {
  std::string text;
  for (const auto& one : branches) text += (text.empty() ? "" : " or ") + one.value("type", "other");
  return text;
}

std::string inside(const std::string& place, const std::string& name) {
  return place.empty() ? name : place + "." + name;
}

std::string called(const std::string& place) {
  return place.empty() ? "the arguments" : "'" + place + "'";
}

void check_members(const Json& value, const Json& schema, const std::string& place,
                   std::vector<std::string>& faults) {
  static const Json kNone = Json::object();
  const Json& properties = schema.contains("properties") ? schema["properties"] : kNone;
  for (const auto& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>()))
      faults.push_back("'" + inside(place, name.get<std::string>()) + "' is missing");
  }
  std::vector<std::string> known;
  for (const auto& [name, property] : properties.items()) known.push_back(name);
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      const auto more = faults_of(member, properties[name], inside(place, name));
      faults.insert(faults.end(), more.begin(), more.end());
    } else if (const auto other = schema.find("additionalProperties"); other != schema.end()) {
      if (other->is_object()) {
        const auto more = faults_of(member, *other, inside(place, name));
        faults.insert(faults.end(), more.begin(), more.end());
      } else if (!other->get<bool>()) {
        faults.push_back("there is no '" + inside(place, name) + "'" + suggestion(name, known));
      }
    }
  }
}

}  // namespace

std::vector<std::string> faults_of(const Json& value, const Json& schema, const std::string& place) {
  const auto must_be = [&](const std::string& types) {
    return std::vector{called(place) + " must be " + types + ", not " + value.dump().substr(0, 60)};
  };
  if (const auto type = schema.find("type"); type != schema.end() && !is_of_type(value, *type))
    return must_be(type->get<std::string>());
  if (const auto branches = schema.find("anyOf"); branches != schema.end()) {
    const auto fits = [&](const Json& branch) { return faults_of(value, branch, place).empty(); };
    if (std::none_of(branches->begin(), branches->end(), fits)) return must_be(types_text(*branches));
  }
  std::vector<std::string> faults;
  if (const auto words = schema.find("enum"); words != schema.end()) {
    if (std::find(words->begin(), words->end(), value) == words->end())
      faults.push_back(called(place) + " must be one of " + words->dump() + ", not " + value.dump());
  }
  if (value.is_number()) {
    if (schema.contains("minimum") && value.get<double>() < schema["minimum"].get<double>())
      faults.push_back(called(place) + " must be at least " + schema["minimum"].dump());
    if (schema.contains("maximum") && value.get<double>() > schema["maximum"].get<double>())
      faults.push_back(called(place) + " must be at most " + schema["maximum"].dump());
  }
  if (value.is_string() && schema.contains("maxLength") &&
      value.get_ref<const std::string&>().size() > schema["maxLength"].get<std::size_t>())
    faults.push_back(called(place) + " is longer than " + schema["maxLength"].dump() + " characters");
  if (value.is_string() && schema.contains("minLength") &&
      value.get_ref<const std::string&>().size() < schema["minLength"].get<std::size_t>())
    faults.push_back(called(place) + " must not be empty");
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto more = faults_of(value[i], schema["items"], place + "[" + std::to_string(i) + "]");
      faults.insert(faults.end(), more.begin(), more.end());
    }
  }
  if (value.is_object()) check_members(value, schema, place, faults);
  return faults;
}

}  // namespace flowyard::controller::mcp::protocol
