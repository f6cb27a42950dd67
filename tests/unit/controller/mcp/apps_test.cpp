// Pages for clients that can show them; how they look and work is for tests/mcp/apps_test.py.
#include "controller/mcp/apps.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/mcp/endpoint.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::controller::mcp {
namespace {

using async::Task;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

protocol::Call by_client(const Json& extensions) {
  protocol::Call call;
  if (!extensions.is_null()) call.client["extensions"] = extensions;
  return call;
}

protocol::Offer all_that_is_offered() {
  return offer([](http::Request) -> Task<http::Response> { co_return http::Response(); }, "1");
}

TEST(McpApps, AreForClientsThatDeclareThem) {
  const std::vector<Json> without = {nullptr,
                                     Json::object(),
                                     {{"io.example/other", Json::object()}},
                                     {{kAppsExtension, Json::object()}},
                                     {{kAppsExtension, {{"mimeTypes", "text/html"}}}},
                                     {{kAppsExtension, {{"mimeTypes", {"text/html", 5}}}}},
                                     {{kAppsExtension, 5}}};
  const auto client = by_client({{kAppsExtension, {{"mimeTypes", {"text/html", kAppMimeType}}}}});
  const auto offered = all_that_is_offered();
  EXPECT_TRUE(offered.extensions.contains(kAppsExtension));
  int pages = 0, tools = 0;
  for (const auto& resource : offered.resources) {
    if (resource.mime_type != kAppMimeType) continue;
    ++pages;
    EXPECT_TRUE(resource.audience(client));
    for (const auto& other : without) EXPECT_FALSE(resource.audience(by_client(other))) << other;
  }
  for (const auto& tool : offered.tools) {
    if (tool.meta.is_null()) continue;
    ++tools;
    EXPECT_TRUE(tool.meta_for(client));
    for (const auto& other : without) EXPECT_FALSE(tool.meta_for(by_client(other))) << other;
    const Json uri = tool.meta["ui"]["resourceUri"];
    EXPECT_TRUE(std::any_of(offered.resources.begin(), offered.resources.end(),
                            [&](const protocol::Resource& one) { return one.uri == uri; }))
        << tool.name;
  }
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(tools, 5);
}

TEST(McpApps, AreWholePagesThatLoadNothing) {
  boost::asio::io_context io;
  const auto offered = all_that_is_offered();
  for (const char* uri : {"ui://flowyard/experiment", "ui://flowyard/results"}) {
    const auto page = test::run_task(io, offered.read({}, uri));
    ASSERT_TRUE(page) << uri;
    EXPECT_EQ(page->mime_type, kAppMimeType);
    EXPECT_LT(page->text.size(), 40'000u);
    EXPECT_THAT(page->text, StartsWith("<!doctype html>"));
    EXPECT_THAT(page->text, EndsWith("</html>\n"));
    for (const char* trap : {".js}}", ".css}}", ".html}}", "innerHTML", "<link", "src=", "@import", "url("})
      EXPECT_THAT(page->text, Not(HasSubstr(trap))) << uri;
  }
  EXPECT_FALSE(test::run_task(io, offered.read({}, "ui://flowyard/other")));
}

}  // namespace
}  // namespace flowyard::controller::mcp
