#include "docker/client/query.hpp"

#include <regex>

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

TEST(Query, EncodesKeysAndValues) {
  Query query;
  EXPECT_EQ(query.text(), "");
  query.add("filters", "{\"a\":[\"b c\"]}").add_flag("all", true).add_flag("force", false);
  EXPECT_EQ(query.text(), "?filters=%7B%22a%22%3A%5B%22b%20c%22%5D%7D&all=1");
}

TEST(Filters, BecomeJson) {
  EXPECT_EQ(to_json_text({{"label", {"a=b", "c"}}, {"name", {"x"}}}),
            R"({"label":["a=b","c"],"name":["x"]})");
}

TEST(ExactNamePattern, MatchesTheWholeNameOnly) {
  const std::regex pattern(exact_name_pattern("novel.poodle"));
  EXPECT_TRUE(std::regex_search("/novel.poodle", pattern));  // Docker
  EXPECT_TRUE(std::regex_search("novel.poodle", pattern));   // Podman
  EXPECT_FALSE(std::regex_search("/novel.poodle-2", pattern));
  EXPECT_FALSE(std::regex_search("/a-novel.poodle", pattern));
  EXPECT_FALSE(std::regex_search("/novelxpoodle", pattern));
}

}  // namespace
}  // namespace flowyard::docker
