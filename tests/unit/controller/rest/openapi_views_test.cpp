// The schemas of docs/openapi.yaml and the descriptions of the views say the same: the same fields in the
// same order, of the same type, and null where a value may be missing.
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "controller/rest/described_json.hpp"
#include "controller/rest/openapi.hpp"
#include "controller/rest/submission.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

const YAML::Node& document() {
  static const YAML::Node loaded = YAML::Load(std::string(openapi_document));
  return loaded;
}

YAML::Node schema_named(const std::string& name) {
  return document()["components"]["schemas"][name];
}

YAML::Node resolved(const YAML::Node& node) {
  if (!node["$ref"]) return node;
  const auto path = node["$ref"].as<std::string>();  // "#/components/schemas/Worker"
  return schema_named(path.substr(path.rfind('/') + 1));
}

// The schema of the JSON body of a request or a response.
YAML::Node body_schema(const YAML::Node& message) {
  return resolved(message["content"]["application/json"]["schema"]);
}

// Name and schema of each property, those of allOf one after another.
std::vector<std::pair<std::string, YAML::Node>> properties_of(const YAML::Node& schema) {
  std::vector<std::pair<std::string, YAML::Node>> found;
  for (const auto& part : schema["allOf"]) {
    for (auto& property : properties_of(resolved(part))) found.push_back(std::move(property));
  }
  for (const auto& property : schema["properties"]) {
    found.emplace_back(property.first.as<std::string>(), resolved(property.second));
  }
  return found;
}

// "string", or {"number", "null"}.
std::set<std::string> types_of(const YAML::Node& schema) {
  const auto type = schema["type"];
  if (!type) return {};
  if (type.IsSequence()) {
    const auto words = type.as<std::vector<std::string>>();
    return {words.begin(), words.end()};
  }
  return {type.as<std::string>()};
}

template <class T>
void expect_described(const YAML::Node& schema, const std::string& where);

// What a value of this C++ type is in JSON.
template <class T>
struct Described {
  static void expect(const YAML::Node& schema, const std::string& where) {
    if constexpr (boost::describe::has_describe_members<T>::value) {
      EXPECT_TRUE(types_of(schema).contains("object")) << where;
      expect_described<T>(schema, where);
    } else if constexpr (std::is_enum_v<T>) {
      ASSERT_TRUE(schema["enum"]) << where;
      for (const auto& word : schema["enum"]) {
        EXPECT_TRUE(from_word(word.as<std::string>(), T{})) << where << ": " << word;
      }
    } else if constexpr (std::is_same_v<T, TimePoint>) {
      EXPECT_EQ(schema["format"].as<std::string>(""), "date-time") << where;
    } else {
      const Json sample = json_of(T{});
      const auto* type = sample.is_string()         ? "string"
                         : sample.is_boolean()      ? "boolean"
                         : sample.is_object()       ? "object"
                         : sample.is_number_float() ? "number"
                                                    : "integer";
      // A word may be any of a list instead.
      EXPECT_TRUE(types_of(schema).contains(type) || (sample.is_string() && schema["enum"])) << where;
    }
  }
  // What is not finite is null, so that a schema may allow it for any number.
  static constexpr bool kMayBeNull = std::is_same_v<T, double>;
  static constexpr bool kMustBeNull = false;
};

template <class T>
struct Described<std::optional<T>> : Described<T> {
  static constexpr bool kMayBeNull = true;
  static constexpr bool kMustBeNull = true;
};

template <class T>
struct Described<std::vector<T>> {
  static void expect(const YAML::Node& schema, const std::string& where) {
    EXPECT_TRUE(types_of(schema).contains("array")) << where;
    Described<T>::expect(resolved(schema["items"]), where + "[]");
  }
  static constexpr bool kMayBeNull = false;
  static constexpr bool kMustBeNull = false;
};

template <class T>
void expect_described(const YAML::Node& schema, const std::string& where) {
  const auto properties = properties_of(schema);
  std::vector<std::string> documented, described;
  for (const auto& [name, property] : properties) documented.push_back(name);
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) { described.emplace_back(member.name); });
  ASSERT_EQ(documented, described) << where;
  std::size_t next = 0;
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    using Value = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    const auto& [name, property] = properties[next++];
    const bool nullable = types_of(property).contains("null");
    EXPECT_TRUE(nullable ? Described<Value>::kMayBeNull : !Described<Value>::kMustBeNull)
        << where << "." << name;
    Described<Value>::expect(property, where + "." + name);
  });
}

TEST(OpenApiSchemas, HaveTheFieldsOfTheViews) {
  expect_described<service::PlanView>(schema_named("Plan"), "Plan");
  expect_described<service::ExperimentView>(schema_named("Experiment"), "Experiment");
  expect_described<service::ExperimentDetail>(schema_named("ExperimentDetail"), "ExperimentDetail");
  expect_described<service::WorkerView>(schema_named("Worker"), "Worker");
  expect_described<service::WhyView>(schema_named("Why"), "Why");
  expect_described<service::ControllerView>(schema_named("Controller"), "Controller");
  expect_described<EventView>(schema_named("Event"), "Event");
  expect_described<experiment::Submitted>(schema_named("Submitted"), "Submitted");
}

TEST(OpenApiSchemas, HaveTheFieldsOfPrune) {
  const auto prune = document()["paths"]["/api/v1/prune"]["post"];
  expect_described<PruneRequest>(body_schema(prune["requestBody"]), "the body of prune");
  expect_described<NamesView>(body_schema(prune["responses"]["200"]), "the answer of prune");
}

}  // namespace
}  // namespace flowyard::controller::rest
