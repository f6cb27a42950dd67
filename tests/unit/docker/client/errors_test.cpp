#include "docker/client/errors.hpp"

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

EngineError error(int status, std::string message) {
  return EngineError(status, std::move(message), "call");
}

TEST(EngineError, SaysWhatWasAskedAndWhatTheEngineAnswered) {
  const EngineError refused(404, "No such image: x:latest", "create container novel-poodle");
  EXPECT_STREQ(refused.what(),
               "create container novel-poodle: No such image: x:latest (Docker Engine, status 404)");
}

TEST(EngineError, ClassifiesDockersAnswers) {
  EXPECT_TRUE(is_no_such_image(error(404, "No such image: x:latest")));
  EXPECT_TRUE(is_not_found(error(404, "No such container: novel-poodle")));
  EXPECT_FALSE(is_no_such_image(error(404, "No such container: novel-poodle")));

  const auto taken =
      error(409,
            "Conflict. The container name \"/novel-poodle\" is already in use by container \"4a\". "
            "You have to remove (or rename) that container to be able to reuse that name.");
  EXPECT_TRUE(is_name_in_use(taken));
  EXPECT_TRUE(is_conflict(taken));
  EXPECT_FALSE(is_already_in_progress(taken));

  const auto removing = error(409, "removal of container novel-poodle is already in progress");
  EXPECT_TRUE(is_already_in_progress(removing));
  EXPECT_FALSE(is_name_in_use(removing));

  EXPECT_TRUE(is_not_running(error(409, "Cannot kill container: 4a: Container 4a is not running")));
  EXPECT_FALSE(is_conflict(error(500, "oci runtime error")));
  EXPECT_FALSE(is_not_found(error(500, "oci runtime error")));
}

TEST(EngineError, ClassifiesPodmansAnswersByTheirText) {
  EXPECT_TRUE(
      is_name_in_use(error(500,
                           "creating container storage: the container name \"novel-poodle\" is already in "
                           "use by 4a. You have to remove that container to be able to reuse that name: "
                           "that name is already in use")));
  EXPECT_TRUE(is_not_running(
      error(500, "can only kill running containers. 4a is in state exited: container state improper")));
  EXPECT_TRUE(is_conflict(error(500,
                                "cannot remove container 4a as it is running - running or paused containers "
                                "cannot be removed without force: container state improper")));
  EXPECT_TRUE(
      is_not_found(error(500, "no container with name or ID \"novel-poodle\" found: no such container")));
  EXPECT_TRUE(is_no_such_image(error(404, "x:latest: image not known")));
}

TEST(EngineUnreachable, SaysWhatToDoAboutMissingRights) {
  const EngineUnreachable error(local_engine(), "Permission denied");
  const std::string text = error.what();
  EXPECT_NE(text.find("/var/run/docker.sock"), std::string::npos);
  EXPECT_NE(text.find("usermod -aG docker"), std::string::npos);
  EXPECT_NE(text.find("sudo"), std::string::npos);
}

TEST(EngineUnreachable, SaysHowToStartAnEngine) {
  EXPECT_NE(how_to_reach(local_engine(), "No such file or directory").find("install and start"),
            std::string::npos);
  EXPECT_NE(how_to_reach(local_engine(), "Connection refused").find("systemctl start docker"),
            std::string::npos);
}

TEST(EngineUnreachable, NamesTheVariablesOfARemoteEngine) {
  EngineAddress address;
  address.endpoint.kind = http::Endpoint::Kind::Tls;
  address.endpoint.host = "yard.example";
  address.endpoint.port = 2376;
  address.tls = EngineTls{};
  EXPECT_NE(how_to_reach(address, "Connection refused").find("DOCKER_HOST"), std::string::npos);
  EXPECT_NE(how_to_reach(address, "certificate verify failed").find("DOCKER_CERT_PATH"), std::string::npos);
  EXPECT_NE(how_to_reach(address, "key.pem: Permission denied").find("DOCKER_CERT_PATH"), std::string::npos);
}

}  // namespace
}  // namespace flowyard::docker
