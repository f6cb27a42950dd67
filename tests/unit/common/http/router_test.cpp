#include "common/http/router.hpp"

#include <gtest/gtest.h>

namespace flowyard::http {
namespace {

struct Row {
  Method method;
  std::string_view pattern;
};

constexpr Row kTable[] = {
    {Method::Get, "/things"},          {Method::Post, "/things"},
    {Method::Get, "/things/{id}"},     {Method::Get, "/things/all"},
    {Method::Delete, "/things/{id}"},  {Method::Get, "/things/{id}/log/{day}"},
    {Method::Put, "/files/{path...}"}, {Method::Get, "/"},
};

auto route(std::string_view method, std::string_view target) {
  return find_route(std::span<const Row>(kTable), method_from(method).value(), target);
}

// "2: a b" for the row and its parameters, "404", or "405 GET, POST".
std::string found(std::string_view method, std::string_view target) {
  const auto routing = route(method, target);
  if (std::holds_alternative<NoSuchPath>(routing)) return "404";
  if (const auto* others = std::get_if<OtherMethods>(&routing)) return "405 " + others->allow;
  const auto& match = std::get<Match<Row>>(routing);
  std::string text = std::to_string(match.row - kTable) + ":";
  for (const auto& value : match.parameters) text += " " + value;
  return text;
}

TEST(Method, ReadsWhatItWrites) {
  for (int i = 0; i <= static_cast<int>(Method::Options); ++i) {
    EXPECT_EQ(method_from(to_string(static_cast<Method>(i))), static_cast<Method>(i));
  }
  EXPECT_EQ(to_string(Method::Delete), "DELETE");
  for (const char* word : {"", "get", "BREW", "GETS"}) EXPECT_FALSE(method_from(word)) << word;
}

TEST(Router, FindsRowAndParameters) {
  EXPECT_EQ(found("GET", "/things"), "0:");
  EXPECT_EQ(found("POST", "/things"), "1:");
  EXPECT_EQ(found("GET", "/things/7"), "2: 7");
  EXPECT_EQ(found("GET", "/things/7/log/monday"), "5: 7 monday");
  EXPECT_EQ(found("GET", "/"), "7:");
}

TEST(Router, TakesTheFirstOfSeveral) {
  EXPECT_EQ(found("GET", "/things/all"), "2: all");
}

TEST(Router, IgnoresQueryAndFragment) {
  EXPECT_EQ(found("GET", "/things?id=/7"), "0:");
  EXPECT_EQ(found("GET", "/things/7#/log"), "2: 7");
}

TEST(Router, DecodesParametersAfterSplitting) {
  EXPECT_EQ(found("GET", "/things/a%2Fb%20c+d"), "2: a/b c+d");
  EXPECT_EQ(found("GET", "/things/%2561"), "2: %61");
  EXPECT_EQ(found("PUT", "/files/a%20b/c"), "6: a b/c");
}

TEST(Router, TakesAnEncodedLetterForTheLetter) {
  EXPECT_EQ(found("GET", "/%74hings"), "0:");
  EXPECT_EQ(found("GET", "/thing%73/7/l%6Fg/x"), "5: 7 x");
  EXPECT_EQ(found("GET", "/things%2F7"), "404");
  EXPECT_EQ(found("GET", "%2Fthings"), "404");
  EXPECT_EQ(found("GET", "/%2574hings"), "404");
}

TEST(Router, FitsTheRestOfAPathAlsoWhenItIsEmpty) {
  EXPECT_EQ(found("PUT", "/files/a/b/"), "6: a/b/");
  EXPECT_EQ(found("PUT", "/files/"), "6: ");
  EXPECT_EQ(found("PUT", "/files"), "404");
}

TEST(Router, KnowsWhatIsNotThere) {
  for (const char* target :
       {"", "/thing", "/things/", "/things/7/", "/things/7/log", "//things", "/things/7/log/"}) {
    EXPECT_EQ(found("GET", target), "404") << target;
  }
}

TEST(Router, TellsTheMethodsThatAreAllowed) {
  EXPECT_EQ(found("PUT", "/things"), "405 GET, POST");
  EXPECT_EQ(found("HEAD", "/things/7"), "405 GET, DELETE");
  EXPECT_EQ(found("OPTIONS", "/files/a"), "405 PUT");
}

TEST(Router, TakesNoPathThatDoesNotBeginWithASlash) {
  EXPECT_TRUE(fit("/v1/hello", "/v1/hello"));
  EXPECT_FALSE(fit("/v1/hello", "xv1/hello"));
  EXPECT_FALSE(fit("/v1/hello", ""));
}

}  // namespace
}  // namespace flowyard::http
