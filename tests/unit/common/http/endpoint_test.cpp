#include "common/http/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::http {
namespace {

using ::testing::HasSubstr;
using Kind = Endpoint::Kind;

TEST(Endpoint, IsReadFromItsUrl) {
  EXPECT_EQ(parse_endpoint("unix:///run/x.sock").value(), (Endpoint{Kind::Unix, "/run/x.sock", "", 0}));
  EXPECT_EQ(parse_endpoint("http://localhost:81/").value(), (Endpoint{Kind::Tcp, "", "localhost", 81}));
  EXPECT_EQ(parse_endpoint("http://localhost").value(), (Endpoint{Kind::Tcp, "", "localhost", 80}));
  EXPECT_EQ(parse_endpoint("https://a.b").value(), (Endpoint{Kind::Tls, "", "a.b", 443}));
  EXPECT_EQ(parse_endpoint("tcp://10.0.0.1:2375").value(), (Endpoint{Kind::Tcp, "", "10.0.0.1", 2375}));
  EXPECT_EQ(parse_endpoint("http://[::1]:80").value(), (Endpoint{Kind::Tcp, "", "::1", 80}));
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const char* url : {"unix:///run/x.sock", "http://localhost:81", "https://a.b:443", "http://[::1]:80"})
    EXPECT_EQ(to_string(parse_endpoint(url).value()), url);
}

struct Wrong {
  std::string url;
  std::string why;
};

TEST(Endpoint, SaysWhatIsWrongWithAUrl) {
  const Wrong cases[] = {
      {"localhost:80", "is not an endpoint"},
      {"unix://run/x.sock", "absolute path"},
      {"unix:///" + std::string(107, 'x'), "at most 107 bytes"},
      {"tcp://localhost", "port is missing"},
      {"http://:80", "host is missing"},
      {"http://a:99999", "not a port"},
      {"http://a:8x", "not a port"},
      {"http://a:", "not a port"},
      {"http://a/b", "only a host and a port"},
      {"http://[::1", "missing ']'"},
      {"http://[::1]80", "port is missing"},
  };
  for (const auto& wrong : cases) {
    const auto parsed = parse_endpoint(wrong.url);
    ASSERT_TRUE(parsed.has_error()) << wrong.url;
    EXPECT_THAT(parsed.error().message, HasSubstr(wrong.why)) << wrong.url;
  }
}

TEST(Endpoint, AcceptsTheLongestSocketPath) {
  EXPECT_TRUE(parse_endpoint("unix:///" + std::string(106, 'x')).has_value());
}

TEST(Endpoint, WantsAHostAndAPortToListenOn) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:7700").value(),
            (Endpoint{.kind = Endpoint::Kind::Tcp, .path = {}, .host = "127.0.0.1", .port = 7700}));
  EXPECT_EQ(parse_listen_address("[::1]:0").value().host, "::1");
  for (const char* wrong : {"127.0.0.1", "7700", ":7700", "[::1]", "127.0.0.1:", "h:1:2", "h:x", "h/y:1"}) {
    EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
  }
  EXPECT_EQ(parse_listen_address("127.0.0.1").error().message,
            "'127.0.0.1': the port is missing, as in host:8080");
}

TEST(Endpoint, KnowsWhatOnlyThisMachineReaches) {
  for (const char* local : {"127.0.0.1:1", "127.8.9.1:1", "localhost:1", "[::1]:1"}) {
    EXPECT_TRUE(is_local(parse_listen_address(local).value())) << local;
  }
  for (const char* open : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1", "1270.0.0.1:1"}) {
    EXPECT_FALSE(is_local(parse_listen_address(open).value())) << open;
  }
  EXPECT_TRUE(is_local(parse_endpoint("unix:///run/x").value()));
}

}  // namespace
}  // namespace flowyard::http
