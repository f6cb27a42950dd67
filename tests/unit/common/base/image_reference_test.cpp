#include "common/base/image_reference.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string whole(const std::string& text) {
  const auto reference = parse_image_reference(text);
  return reference ? to_string(*reference) : reference.error().message;
}

TEST(ImageReference, PutsInWhatIsLeftOut) {
  EXPECT_EQ(whole("python"), "docker.io/library/python:latest");
  EXPECT_EQ(whole("python:3.12-slim"), "docker.io/library/python:3.12-slim");
  EXPECT_EQ(whole("team/model"), "docker.io/team/model:latest");
  EXPECT_EQ(whole("docker.io/team/model:1"), "docker.io/team/model:1");
}

TEST(ImageReference, TellsARegistryFromARepository) {
  EXPECT_EQ(whole("registry.example.com/model"), "registry.example.com/model:latest");
  EXPECT_EQ(whole("127.0.0.1:5000/a/b__c:1"), "127.0.0.1:5000/a/b__c:1");
  EXPECT_EQ(whole("localhost/model"), "localhost/model:latest");
  EXPECT_EQ(whole("host:5000/model"), "host:5000/model:latest");
  EXPECT_EQ(whole("[::1]:5000/model"), "[::1]:5000/model:latest");
  const auto reference = parse_image_reference("registry.example.com:5000/team/model:2").value();
  EXPECT_EQ(reference.registry, "registry.example.com:5000");
  EXPECT_EQ(reference.repository, "team/model");
  EXPECT_EQ(reference.tag, "2");
}

TEST(ImageReference, ADigestNeedsNoTag) {
  EXPECT_EQ(whole("python@" + kDigest), "docker.io/library/python@" + kDigest);
  EXPECT_EQ(whole("python:3@" + kDigest), "docker.io/library/python:3@" + kDigest);
}

TEST(ImageReference, IsTheSameOnceItIsWhole) {
  for (const char* text : {"python", "a/b:1", "registry.example.com/x/y/z:t"})
    EXPECT_EQ(whole(whole(text)), whole(text));
}

TEST(ImageReference, RefusesWhatNamesNoImage) {
  for (const std::string& text :
       {std::string(), std::string("Python"), std::string("py thon"), std::string("python:"),
        std::string("python:a/b:"), std::string("/python"), std::string("python/"), std::string("a//b"),
        std::string("-python"), std::string("python@sha256:1"), std::string("python@"), std::string("a..b"),
        std::string("a___b"), std::string("x.-y/model"), std::string(64, 'a'), std::string(300, 'a'),
        std::string(10'000, 'a'), std::string("python\n"), std::string("python?x=1")})
    EXPECT_FALSE(parse_image_reference(text)) << text;
}

}  // namespace
}  // namespace flowyard
