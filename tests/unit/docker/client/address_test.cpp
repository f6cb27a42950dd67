#include "docker/client/address.hpp"

#include <map>

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

using Kind = http::Endpoint::Kind;

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(EngineAddress, IsTheLocalSocketWhereNothingIsSet) {
  const auto address = address_from_environment(environment({}));
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->endpoint.kind, Kind::Unix);
  EXPECT_EQ(address->endpoint.path, "/var/run/docker.sock");
  EXPECT_FALSE(address->tls);
}

TEST(EngineAddress, FollowsDockerHost) {
  const auto local = address_from_environment(environment({{"DOCKER_HOST", "unix:///run/other.sock"}}));
  ASSERT_TRUE(local.has_value());
  EXPECT_EQ(local->endpoint.path, "/run/other.sock");

  const auto remote = address_from_environment(environment({{"DOCKER_HOST", "tcp://yard.example:2375"}}));
  ASSERT_TRUE(remote.has_value());
  EXPECT_EQ(remote->endpoint.kind, Kind::Tcp);
  EXPECT_EQ(remote->endpoint.host, "yard.example");
  EXPECT_EQ(remote->endpoint.port, 2375);
  EXPECT_FALSE(remote->tls);
}

TEST(EngineAddress, VerifiesThePeerWhenAskedTo) {
  const auto address = address_from_environment(environment({{"DOCKER_HOST", "tcp://yard.example:2376"},
                                                             {"DOCKER_TLS_VERIFY", "1"},
                                                             {"DOCKER_CERT_PATH", "/certs"}}));
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->endpoint.kind, Kind::Tls);
  ASSERT_TRUE(address->tls);
  EXPECT_EQ(address->tls->ca_file, "/certs/ca.pem");
  EXPECT_EQ(address->tls->cert_file, "/certs/cert.pem");
  EXPECT_EQ(address->tls->key_file, "/certs/key.pem");
  EXPECT_TRUE(address->tls->verify_peer);
}

TEST(EngineAddress, SpeaksUnverifiedTlsWithCertificatesAlone) {
  const auto address = address_from_environment(
      environment({{"DOCKER_HOST", "tcp://yard.example:2376"}, {"DOCKER_CERT_PATH", "/certs"}}));
  ASSERT_TRUE(address.has_value() && address->tls);
  EXPECT_FALSE(address->tls->verify_peer);
}

TEST(EngineAddress, LooksForCertificatesAtHome) {
  const auto address = address_from_environment(environment(
      {{"DOCKER_HOST", "tcp://yard.example:2376"}, {"DOCKER_TLS_VERIFY", "1"}, {"HOME", "/home/ann"}}));
  ASSERT_TRUE(address.has_value() && address->tls);
  EXPECT_EQ(address->tls->ca_file, "/home/ann/.docker/ca.pem");
}

TEST(EngineAddress, KeepsASocketPlainWhateverTheCertificates) {
  const auto address = address_from_environment(
      environment({{"DOCKER_HOST", "unix:///run/docker.sock"}, {"DOCKER_TLS_VERIFY", "1"}}));
  ASSERT_TRUE(address.has_value());
  EXPECT_FALSE(address->tls);
}

TEST(EngineAddress, SaysWhatIsNotSupported) {
  const auto address = address_from_environment(environment({{"DOCKER_HOST", "ssh://ann@yard"}}));
  ASSERT_FALSE(address.has_value());
  EXPECT_NE(address.error().message.find("ssh:// is not supported"), std::string::npos);
}

TEST(EngineAddress, SaysWhatIsWrongWithDockerHost) {
  EXPECT_FALSE(address_from_environment(environment({{"DOCKER_HOST", "tcp://yard:notaport"}})).has_value());
  EXPECT_FALSE(address_from_environment(environment({{"DOCKER_HOST", "gopher://yard:70"}})).has_value());
}

}  // namespace
}  // namespace flowyard::docker
