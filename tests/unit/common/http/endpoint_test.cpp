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

}  // namespace
}  // namespace flowyard::http
