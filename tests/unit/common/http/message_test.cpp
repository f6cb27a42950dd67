#include "common/http/message.hpp"

#include <gtest/gtest.h>

namespace flowyard::http {
namespace {

TEST(Headers, CompareNamesIgnoringCase) {
  Headers headers{{"Content-Type", "a"}, {"X", "1"}, {"x", "2"}};
  EXPECT_EQ(headers.get("content-type"), "a");
  EXPECT_EQ(headers.get("X"), "1");
  EXPECT_EQ(headers.get("Y"), "");
  EXPECT_FALSE(headers.has("Y"));
  headers.set("x", "3");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
  EXPECT_EQ(headers.get("X"), "3");
}

TEST(Target, SplitsPathAndQueryAndDecodesThem) {
  const Target target = parse_target("/a%2Fb+c/%C3%A9?x=1&y=a+b%26c&flag&x=2&=v#fragment");
  EXPECT_EQ(target.path, "/a/b+c/\xC3\xA9");
  EXPECT_EQ(target.get("x"), "1");
  EXPECT_EQ(target.get("y"), "a b&c");
  EXPECT_EQ(target.get("flag"), "");
  EXPECT_EQ(target.get("z"), std::nullopt);
  EXPECT_EQ(target.query.size(), 5u);
}

TEST(Target, KeepsAPercentSignThatIsNotAnEscape) {
  EXPECT_EQ(parse_target("/100%?a=%zz&b=%4").path, "/100%");
  EXPECT_EQ(parse_target("/?a=%zz&b=%4").get("a"), "%zz");
  EXPECT_EQ(parse_target("/?a=%zz&b=%4").get("b"), "%4");
}

TEST(PercentEncode, IsUndoneByParsing) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  EXPECT_EQ(percent_encode("aZ09-._~ /"), "aZ09-._~%20%2F");
  EXPECT_EQ(parse_target("/" + percent_encode(every_byte)).path, "/" + every_byte);
  EXPECT_EQ(parse_target("/?k=" + percent_encode(every_byte)).get("k"), every_byte);
}

TEST(ReasonOf, KnowsStandardStatuses) {
  EXPECT_EQ(reason_of(200), "OK");
  EXPECT_EQ(reason_of(409), "Conflict");
  EXPECT_EQ(reason_of(799), "Unknown");
}

}  // namespace
}  // namespace flowyard::http
