// An Engine behind TLS with client certificates, as DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH
// describe one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/tls/tls.hpp"
#include "docker/client/engine.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::test {
namespace {

using docker::EngineAddress;
using docker::EngineTls;
using testing::HasSubstr;

async::Task<http::Response> act_as_engine(http::Request request) {
  http::Response response;
  if (request.target == "/_ping") {
    response.headers.set("Api-Version", "1.41");
    response.body = "OK";
  } else {
    response.body = R"({"Version":"20.10.24"})";
  }
  co_return response;
}

// The Engine's version, or what was thrown.
async::Task<std::string> ask_version(async::Executor executor, EngineAddress address) {
  try {
    docker::Engine engine(executor, std::move(address));
    const docker::EngineVersion version = co_await engine.version();
    co_return version.engine;
  } catch (const docker::EngineUnreachable& error) {
    co_return std::string("unreachable: ") + error.what();
  }
}

async::Task<std::string> ask_and_close(http::Server& server, EngineAddress address) {
  std::string answer = co_await ask_version(co_await async::asio::this_coro::executor, std::move(address));
  co_await server.close();
  co_return answer;
}

class TlsEngine : public testing::Test {
 protected:
  static const Certificates& certificates() {
    static const Certificates made;
    return made;
  }
  static EngineTls client() {
    return {.ca_file = certificates().file("ca.pem"),
            .cert_file = certificates().file("client.pem"),
            .key_file = certificates().file("client.key"),
            .verify_peer = true};
  }
  // What an Engine that wants client certificates answers to a client with these.
  std::string answer_to(EngineTls tls) {
    boost::asio::io_context io;
    const http::Endpoint endpoint{
        .kind = http::Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
    const tls::ServerOptions options{.cert_file = certificates().file("server.pem"),
                                     .key_file = certificates().file("server.key"),
                                     .client_ca_file = certificates().file("ca.pem")};
    http::Server server(io.get_executor(), endpoint, act_as_engine, {}, {}, tls::acceptance(options));
    const EngineAddress address{.endpoint = server.endpoint(), .tls = std::move(tls)};
    return run_task(io, ask_and_close(server, address));
  }
};

TEST_F(TlsEngine, AnswersAClientThatShowsItsCertificate) {
  EXPECT_EQ(answer_to(client()), "20.10.24");
}

TEST_F(TlsEngine, IsNotBelievedUnderAnotherAuthority) {
  EngineTls tls = client();
  tls.ca_file = certificates().file("other-ca.pem");
  const std::string answer = answer_to(tls);
  EXPECT_THAT(answer, HasSubstr("unreachable: cannot reach the Docker Engine at https://127.0.0.1:"));
  EXPECT_THAT(answer, HasSubstr("Check the certificates"));
}

TEST_F(TlsEngine, IsBelievedUnverifiedWhereThatWasAskedFor) {
  EngineTls tls = client();
  tls.ca_file = certificates().file("other-ca.pem");
  tls.verify_peer = false;
  EXPECT_EQ(answer_to(tls), "20.10.24");
}

TEST_F(TlsEngine, TurnsAwayAClientWithoutACertificate) {
  EngineTls tls = client();
  tls.cert_file = tls.key_file = "";
  EXPECT_THAT(answer_to(tls), HasSubstr("Check the certificates"));
}

TEST_F(TlsEngine, CannotBeAskedWithCertificatesThatAreMissing) {
  EngineTls tls = client();
  tls.key_file = "/no/such/key.pem";
  const std::string answer = answer_to(tls);
  EXPECT_THAT(answer, HasSubstr("/no/such/key.pem"));
  EXPECT_THAT(answer, HasSubstr("Check the certificates"));
}

}  // namespace
}  // namespace flowyard::test
