#include "controller/mcp/schemas.hpp"

namespace flowyard::controller::mcp {
namespace {

Json of_type(const char* type, const std::string& description) {
  Json schema{{"type", type}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

Json name(const std::string& description) {
  Json schema = of_type("string", description);
  schema["minLength"] = 1;
  return schema;
}

Json object_of(Members members, std::initializer_list<const char*> required) {
  Json properties = Json::object(), names = Json::array();
  for (const auto& [name, schema] : members) properties[name] = schema;
  for (const char* name : required) names.push_back(name);
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!names.empty()) schema["required"] = std::move(names);
  return schema;
}

}  // namespace

Json text(const std::string& description) {
  return of_type("string", description);
}
Json number(const std::string& description) {
  return of_type("number", description);
}
Json flag(const std::string& description) {
  return of_type("boolean", description);
}
Json word(std::initializer_list<const char*> words, const std::string& description) {
  Json schema = of_type("string", description);
  schema["enum"] = Json::array();
  for (const char* one : words) schema["enum"].push_back(one);
  return schema;
}
Json whole(double least, double most, const std::string& description) {
  Json schema = of_type("integer", description);
  schema["minimum"] = static_cast<std::int64_t>(least);
  schema["maximum"] = static_cast<std::int64_t>(most);
  return schema;
}
Json either(std::initializer_list<const char*> types, const std::string& description) {
  Json branches = Json::array();
  for (const char* type : types) branches.push_back(of_type(type, ""));
  Json schema{{"anyOf", std::move(branches)}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}
Json list_of(Json items, const std::string& description) {
  Json schema = of_type("array", description);
  schema["items"] = std::move(items);
  return schema;
}

Json arguments(Members members, std::initializer_list<const char*> required) {
  Json schema = object_of(members, required);
  schema["additionalProperties"] = false;
  return schema;
}
Json answer(Members members, std::initializer_list<const char*> required) {
  return object_of(members, required);
}

Json which_subject() {
  return name("Name or number of an experiment, or name of a worker.");
}
Json which_experiment() {
  return name("Name, number, unique beginning of a name, or @latest. experiment_list has them.");
}
Json which_worker() {
  return name("Name of a worker (one container), or a unique beginning of it. worker_list has them.");
}

}  // namespace flowyard::controller::mcp
