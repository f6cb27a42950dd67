// docs/openapi.yaml and the table of routes say the same.
#include "controller/rest/openapi.hpp"

#include <iterator>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {
namespace {

const std::set<std::string> methods = {"get", "post", "put", "patch", "delete"};

std::string changed_case(std::string word, int (*change)(int)) {
  for (char& c : word) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return word;
}

YAML::Node resolved(const YAML::Node& document, const YAML::Node& node) {
  if (!node["$ref"]) return node;
  const auto path = node["$ref"].as<std::string>();  // "#/components/parameters/limit"
  return document["components"][path.substr(13, path.rfind('/') - 13)][path.substr(path.rfind('/') + 1)];
}

std::set<std::string> documented_queries(const YAML::Node& document, const YAML::Node& operation) {
  std::set<std::string> keys;
  for (const auto& entry : operation["parameters"]) {
    const auto parameter = resolved(document, entry);
    if (parameter["in"].as<std::string>() == "query") keys.insert(parameter["name"].as<std::string>());
  }
  return keys;
}

std::set<std::string> words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  std::set<std::string> documented, served;
  const auto document = YAML::Load(std::string(openapi_document));
  for (const auto& path : document["paths"]) {
    for (const auto& operation : path.second) {
      const auto method = operation.first.as<std::string>();
      if (!methods.contains(method)) continue;
      documented.insert(changed_case(method, std::toupper) + " " + path.first.as<std::string>());
    }
  }
  for (const auto& route : routes()) {
    served.insert(std::string(http::to_string(route.method)) + " " + std::string(route.pattern));
  }
  EXPECT_EQ(documented, served);
}

TEST(OpenApi, DescribesEveryQueryParameter) {
  const auto document = YAML::Load(std::string(openapi_document));
  for (const auto& route : routes()) {
    const auto method = changed_case(std::string(http::to_string(route.method)), std::tolower);
    const auto operation = document["paths"][std::string(route.pattern)][method];
    ASSERT_TRUE(operation) << route.pattern;
    EXPECT_EQ(documented_queries(document, operation), words(route.query)) << route.pattern;
    EXPECT_EQ(operation["requestBody"].IsDefined(), route.body == Body::Json) << route.pattern;
  }
}

}  // namespace
}  // namespace flowyard::controller::rest
