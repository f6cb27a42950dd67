#include "controller/cli/client/registry_credentials.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "common/base/whole_file.hpp"
#include "controller/cli/client/credential_helper.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::cli {
namespace {

using Json = nlohmann::json;

class Credentials : public testing::Test {
 protected:
  Credentials() {
    environment.variables["DOCKER_CONFIG"] = folder.path();
    path_before = std::getenv("PATH");
    setenv("PATH", (folder.path() + ":" + path_before).c_str(), 1);
  }
  ~Credentials() override { setenv("PATH", path_before.c_str(), 1); }

  void configure(const Json& config) { write_file(folder / "config.json", config.dump()); }
  void helper(const std::string& name, const std::string& script) {
    const std::string path = folder / ("docker-credential-" + name);
    write_file(path, "#!/bin/sh\n" + script);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  // As the Docker Engine reads the header.
  Json sent_for(const std::string& image) {
    const auto found = credentials_for(image, environment);
    trouble = found.trouble;
    if (found.auth.empty()) return nullptr;
    std::string text = found.auth.reveal();
    for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    return Json::parse(from_base64(text).value());
  }

  test::TemporaryFolder folder;
  CliEnvironment environment;
  std::string path_before, trouble;
};

Json password(const std::string& server, const std::string& user, const std::string& word) {
  return {{"serveraddress", server}, {"username", user}, {"password", word}};
}

TEST_F(Credentials, AreThoseOfTheImagesRegistryOnly) {
  configure({{"auths",
              {{"registry.example.com", {{"auth", to_base64("ann:s:cret\xc3\xa9?>")}}},
               {"https://index.docker.io/v1/", {{"auth", to_base64("bob:word")}}},
               {"https://old.example.com/v2/", {{"auth", to_base64("eve:old")}}},
               {"none.example.com", Json::object()}}}});
  EXPECT_EQ(sent_for("registry.example.com/team/model:1"),
            password("registry.example.com", "ann", "s:cret\xc3\xa9?>"));
  EXPECT_EQ(sent_for("python:3"), password("https://index.docker.io/v1/", "bob", "word"));
  EXPECT_EQ(sent_for("old.example.com/x"), password("old.example.com", "eve", "old"));
  EXPECT_EQ(sent_for("none.example.com/x"), nullptr);
  EXPECT_EQ(sent_for("other.example.com/x"), nullptr);
  EXPECT_EQ(trouble, "");
}

TEST_F(Credentials, MayBeATokenOfIdentity) {
  configure({{"auths", {{"registry.example.com", {{"identitytoken", "t0ken"}}}}}});
  EXPECT_EQ(sent_for("registry.example.com/x"),
            (Json{{"serveraddress", "registry.example.com"}, {"identitytoken", "t0ken"}}));
}

TEST_F(Credentials, ComeFromTheHelperOfThatRegistryFirst) {
  configure({{"credHelpers", {{"registry.example.com", "mine"}}}, {"credsStore", "all"}});
  helper("mine",
         "read host\n[ \"$1 $host\" = 'get registry.example.com' ] || exit 9\n"
         "echo '{\"ServerURL\":\"x\",\"Username\":\"ann\",\"Secret\":\"s3cret\"}'\n");
  helper("all", "echo '{\"Username\":\"<token>\",\"Secret\":\"t0ken\"}'\n");
  EXPECT_EQ(sent_for("registry.example.com/x"), password("registry.example.com", "ann", "s3cret"));
  EXPECT_EQ(sent_for("other.example.com/x"),
            (Json{{"serveraddress", "other.example.com"}, {"identitytoken", "t0ken"}}));
}

TEST_F(Credentials, AreNoneWhereTheHelperKnowsNone) {
  configure({{"credsStore", "all"}});
  helper("all", "echo 'credentials not found in native keychain'\nexit 1\n");
  EXPECT_EQ(sent_for("registry.example.com/x"), nullptr);
  EXPECT_EQ(trouble, "");
}

TEST_F(Credentials, SayWhatIsInTheirWay) {
  configure({{"credsStore", "gone"}});
  EXPECT_EQ(sent_for("registry.example.com/x"), nullptr);
  EXPECT_NE(trouble.find("docker-credential-gone cannot be run"), std::string::npos) << trouble;
  configure({{"credsStore", "../evil"}});
  EXPECT_EQ(sent_for("registry.example.com/x"), nullptr);
  EXPECT_NE(trouble.find("is no name of a credential helper"), std::string::npos) << trouble;
  configure({{"credsStore", "locked"}});
  helper("locked", "echo 'the keychain is locked'\nexit 1\n");
  EXPECT_EQ(sent_for("registry.example.com/x"), nullptr);
  EXPECT_EQ(trouble, "docker-credential-locked: the keychain is locked");
  write_file(folder / "config.json", "{");
  EXPECT_EQ(sent_for("registry.example.com/x"), nullptr);
  EXPECT_NE(trouble.find("config.json is not JSON"), std::string::npos) << trouble;
}

TEST_F(Credentials, AreNotWaitedForWithoutEnd) {
  helper("slow", "exec sleep 100\n");
  const auto answer = ask_helper("slow", "registry.example.com", Milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("did not answer"), std::string::npos);
}

TEST_F(Credentials, AreNoneWithoutAFile) {
  EXPECT_EQ(sent_for("python"), nullptr);
  EXPECT_EQ(trouble, "");
}

}  // namespace
}  // namespace flowyard::controller::cli
