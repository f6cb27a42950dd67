// docs/openapi.yaml and the table of routes say the same: which routes there are, which query
// parameters they know, and the fields of what they take and answer, in the same order, of the same type.
#include "controller/rest/openapi.hpp"

#include <iterator>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "controller/rest/json_schema.hpp"
#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {
namespace {

using Words = std::set<std::string>;

const Words methods = {"get", "post", "put", "patch", "delete"};

const YAML::Node& document() {
  static const YAML::Node loaded = YAML::Load(std::string(openapi_document));
  return loaded;
}

std::string changed_case(std::string word, int (*change)(int)) {
  for (char& c : word) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return word;
}

YAML::Node resolved(const YAML::Node& node) {
  if (!node["$ref"]) return node;
  const auto path = node["$ref"].as<std::string>();  // "#/components/parameters/limit"
  return document()["components"][path.substr(13, path.rfind('/') - 13)][path.substr(path.rfind('/') + 1)];
}

YAML::Node operation_of(const Route& route) {
  return document()["paths"][std::string(route.pattern)]
                   [changed_case(std::string(http::to_string(route.method)), std::tolower)];
}

// The schema of the JSON body of a request or a response; undefined where it has none.
YAML::Node json_of_message(const YAML::Node& message) {
  const auto content = resolved(message)["content"];
  return content && content["application/json"] ? resolved(content["application/json"]["schema"])
                                                : YAML::Node(YAML::NodeType::Undefined);
}

YAML::Node answer_of(const YAML::Node& operation) {
  for (const auto& response : operation["responses"]) {
    if (response.first.as<std::string>()[0] == '2') return json_of_message(response.second);
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

Words documented_queries(const YAML::Node& operation) {
  Words keys;
  for (const auto& entry : operation["parameters"]) {
    const auto parameter = resolved(entry);
    if (parameter["in"].as<std::string>() == "query") keys.insert(parameter["name"].as<std::string>());
  }
  return keys;
}

Words words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

// A word, or each of a sequence.
Words words_of(const YAML::Node& node) {
  if (!node) return {};
  if (!node.IsSequence()) return {node.as<std::string>()};
  const auto all = node.as<std::vector<std::string>>();
  return {all.begin(), all.end()};
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

Words required_of(const YAML::Node& schema) {
  Words found = words_of(schema["required"]);
  for (const auto& part : schema["allOf"]) found.merge(required_of(resolved(part)));
  return found;
}

void expect_same(const YAML::Node& documented, const YAML::Node& described, const std::string& where);

void expect_same_type(const YAML::Node& documented, const YAML::Node& described, const std::string& where) {
  auto types = words_of(documented["type"]);
  const auto wanted = words_of(described["type"]);
  // What is not finite is null, so that a schema may allow it for any number; in what is taken null is as
  // absent.
  const bool may_be_null = wanted.contains("number") || where.starts_with("the body of");
  if (may_be_null && !wanted.contains("null")) types.erase("null");
  // A text may be any of a list instead.
  if (types.empty() && documented["enum"]) types = {"string"};
  if (types.empty() && documented["allOf"]) types = {"object"};
  EXPECT_EQ(types, wanted) << where;
}

void expect_same_properties(const YAML::Node& documented, const YAML::Node& described,
                            const std::string& where) {
  const auto properties = properties_of(documented), wanted = properties_of(described);
  std::vector<std::string> names, wanted_names;
  for (const auto& [name, schema] : properties) names.push_back(name);
  for (const auto& [name, schema] : wanted) wanted_names.push_back(name);
  ASSERT_EQ(names, wanted_names) << where;
  for (std::size_t i = 0; i < names.size(); ++i) {
    expect_same(properties[i].second, wanted[i].second, where + "." + names[i]);
  }
  EXPECT_EQ(required_of(documented), required_of(described)) << where;
}

void expect_same(const YAML::Node& documented, const YAML::Node& described, const std::string& where) {
  if (described["enum"]) {
    EXPECT_EQ(words_of(documented["enum"]), words_of(described["enum"])) << where;
    return;
  }
  expect_same_type(documented, described, where);
  for (const char* key : {"format", "contentEncoding", "minimum", "maximum"}) {
    if (!described[key]) continue;
    EXPECT_EQ(words_of(documented[key]), words_of(described[key])) << where << " " << key;
  }
  if (described["items"]) expect_same(resolved(documented["items"]), described["items"], where + "[]");
  const auto others = described["additionalProperties"];
  if (others && others.IsMap()) {
    expect_same(documented["additionalProperties"], others, where + "{}");
  } else {
    EXPECT_EQ(words_of(documented["additionalProperties"]), words_of(others)) << where;
  }
  expect_same_properties(documented, described, where);
}

void expect_body(const YAML::Node& documented, BodySchema described, const std::string& where) {
  ASSERT_EQ(documented.IsDefined(), described != kNoJson) << where;
  if (described) expect_same(documented, YAML::Load(described()), where);
}

std::string name_of(const Route& route) {
  return std::string(http::to_string(route.method)) + " " + std::string(route.pattern);
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  Words documented, served;
  for (const auto& path : document()["paths"]) {
    for (const auto& operation : path.second) {
      const auto method = operation.first.as<std::string>();
      if (!methods.contains(method)) continue;
      documented.insert(changed_case(method, std::toupper) + " " + path.first.as<std::string>());
    }
  }
  for (const auto& route : routes()) served.insert(name_of(route));
  EXPECT_EQ(documented, served);
}

TEST(OpenApi, DescribesEveryQueryParameter) {
  for (const auto& route : routes()) {
    EXPECT_EQ(documented_queries(operation_of(route)), words(route.query)) << name_of(route);
  }
}

TEST(OpenApi, DescribesWhatEachRouteTakes) {
  for (const auto& route : routes()) {
    const auto body = operation_of(route)["requestBody"];
    EXPECT_EQ(body.IsDefined(), route.takes != kNoJson) << name_of(route);
    if (body) expect_body(json_of_message(body), route.takes, "the body of " + name_of(route));
  }
}

TEST(OpenApi, DescribesWhatEachRouteAnswers) {
  for (const auto& route : routes()) {
    expect_body(answer_of(operation_of(route)), route.answers, "the answer of " + name_of(route));
  }
}

// What no row answers by itself.
TEST(OpenApi, DescribesEventsAndProblems) {
  const auto schemas = document()["components"]["schemas"];
  expect_body(schemas["Event"], json_schema<EventView>, "an event");
  expect_body(schemas["Problem"], json_schema<ProblemBody>, "a problem");
}

}  // namespace
}  // namespace flowyard::controller::rest
