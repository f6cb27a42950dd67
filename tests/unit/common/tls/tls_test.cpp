#include "common/tls/tls.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/http/connection.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::tls {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using async::Task;
using http::Client;
using http::Endpoint;
using http::Request;
using http::Response;
using http::Server;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string file(const std::string& name) {
  static const test::Certificates certificates;
  return certificates.file(name);
}

Task<> three_pieces(http::BodyWriter& writer) {
  for (int piece = 0; piece < 3; ++piece) co_await writer.write(std::string(100'000, 'x'));
}

Task<Response> handle(Request request) {
  if (request.target == "/slow") co_await async::sleep_for(1h);
  Response response;
  if (request.target == "/stream") response.stream = three_pieces;
  response.body = std::move(request.body);
  co_return response;
}

// What the client got for each of some requests: a body or what was thrown.
Task<> exchange(Server& server, http::Connector connector, std::vector<Request> requests,
                std::vector<std::string>& answers) {
  const auto executor = co_await asio::this_coro::executor;
  Client client(executor, server.endpoint(), {}, std::move(connector));
  for (auto& request : requests) {
    const Milliseconds limit = request.target == "/slow" ? 10ms : 10'000ms;
    try {
      const Response response = co_await client.send(std::move(request), limit);
      answers.push_back(response.body);
    } catch (const std::exception& error) {
      answers.push_back(error.what());
    }
  }
  co_await server.close();
}

Request post(std::string target, std::string body) {
  Request request;
  request.method = http::Method::Post;
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

class TlsTest : public ::testing::Test {
 protected:
  std::vector<std::string> answers_to(std::vector<Request> requests) {
    asio::io_context io;
    const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
    Server server(io.get_executor(), endpoint, handle, {}, {}, acceptance(server_));
    std::vector<std::string> answers;
    auto counted = [this, connect = connector(client_)](Endpoint where) {
      ++connections_;
      return connect(std::move(where));
    };
    test::run_task(io, exchange(server, counted, std::move(requests), answers));
    return answers;
  }
  std::string answer() {
    std::vector<Request> requests;
    requests.push_back(post("/", "hello"));
    return answers_to(std::move(requests)).front();
  }

  int connections_ = 0;
  ServerOptions server_{
      .cert_file = file("server.pem"), .key_file = file("server.key"), .client_ca_file = {}};
  ClientOptions client_{
      .ca_file = file("ca.pem"), .cert_file = {}, .key_file = {}, .verify = Verify::Peer, .server_name = {}};
};

TEST_F(TlsTest, CarriesRequestsAndStreamsOverAKeptConnection) {
  const std::string large(3'000'000, 'y');
  std::vector<Request> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(post("/", std::to_string(i)));
  requests.push_back(post("/", large));
  requests.push_back(post("/stream", ""));
  requests.push_back(post("/slow", ""));
  requests.push_back(post("/", "after"));
  const auto answers = answers_to(std::move(requests));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(answers[i], std::to_string(i));
  EXPECT_TRUE(answers[20] == large);
  EXPECT_EQ(answers[21], std::string(300'000, 'x'));
  EXPECT_THAT(answers[22], HasSubstr("10 ms"));
  EXPECT_EQ(answers[23], "after");
  EXPECT_EQ(connections_, 2) << "one for all, and another after the request that timed out";
}

TEST_F(TlsTest, RefusesAServerOfAnAuthorityThatIsNotTrusted) {
  client_.ca_file = file("other-ca.pem");
  EXPECT_THAT(answer(), HasSubstr("certificate verify failed"));
  client_.ca_file = "";
  EXPECT_THAT(answer(), HasSubstr("certificate verify failed"));
  client_.verify = Verify::Nothing;
  EXPECT_EQ(answer(), "hello");
}

TEST_F(TlsTest, RefusesACertificateForAnotherName) {
  client_.server_name = "elsewhere.example";
  EXPECT_THAT(answer(), HasSubstr("certificate verify failed"));
  client_.server_name = "yard.example";
  EXPECT_EQ(answer(), "hello");
}

TEST_F(TlsTest, AServerMayRequireACertificate) {
  server_.client_ca_file = file("ca.pem");
  EXPECT_THAT(answer(), StartsWith("POST / of https://127.0.0.1:"));
  client_.cert_file = file("client.pem");
  client_.key_file = file("client.key");
  EXPECT_EQ(answer(), "hello");
  server_.client_ca_file = file("other-ca.pem");
  EXPECT_THAT(answer(), StartsWith("POST / of https://127.0.0.1:"));
}

TEST_F(TlsTest, NamesTheFileThatIsWrong) {
  client_.ca_file = "/nowhere/ca.pem";
  try {
    connector(client_);
    FAIL();
  } catch (const boost::system::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/ca.pem"));
  }
}

TEST_F(TlsTest, AServerWithoutACertificateDoesNotFallBackToPlainText) {
  asio::io_context io;
  const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
  EXPECT_THROW(Server(io.get_executor(), endpoint, handle, {}, {}), std::invalid_argument);
}

Task<> speak_plainly(Server& server, std::string& answer) {
  Endpoint endpoint = server.endpoint();
  endpoint.kind = Endpoint::Kind::Tcp;
  const auto executor = co_await asio::this_coro::executor;
  Client client(executor, endpoint);
  try {
    co_await client.send(post("/", "hello"), 10s);
  } catch (const boost::system::system_error& error) {
    answer = error.what();
  }
  co_await server.close();
}

// --- files that change

void put(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

// What a new connection that trusts ca.pem gets.
Task<std::string> fresh_answer(Server& server, ClientOptions options) {
  const auto executor = co_await asio::this_coro::executor;
  Client client(executor, server.endpoint(), {}, connector(options));
  try {
    const Response response = co_await client.send(post("/", "hello"), 10s);
    co_return response.body;
  } catch (const std::exception& error) {
    co_return error.what();
  }
}

Task<> change_files(Server& server, ClientOptions client, std::string cert, std::string key,
                    std::vector<std::string>& answers) {
  answers.push_back(co_await fresh_answer(server, client));
  put(file("server.pem"), cert);
  answers.push_back(co_await fresh_answer(server, client));  // the key does not fit yet
  put(file("server.key"), key);
  answers.push_back(co_await fresh_answer(server, client));
  std::ofstream(cert) << "no certificate";
  answers.push_back(co_await fresh_answer(server, client));
  std::filesystem::remove(cert);
  answers.push_back(co_await fresh_answer(server, client));
  co_await server.close();
}

TEST_F(TlsTest, ReadsItsCertificateAgainWhenItChanges) {
  const test::TemporaryFolder folder;
  server_.cert_file = folder / "cert.pem";
  server_.key_file = folder / "key.pem";
  put(file("client.pem"), server_.cert_file);  // it names no host
  put(file("client.key"), server_.key_file);
  std::string logged;
  const Log log([&logged](LogLevel level, const std::string& line) {
    if (level >= LogLevel::Warning) logged += line + "\n";
  });
  asio::io_context io;
  const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
  Server server(io.get_executor(), endpoint, handle, {}, {}, acceptance(server_, log));
  std::vector<std::string> answers;
  test::run_task(io, change_files(server, client_, server_.cert_file, server_.key_file, answers));
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_THAT(answers[0], HasSubstr("certificate verify failed"));
  EXPECT_THAT(answers[1], HasSubstr("certificate verify failed"));
  EXPECT_EQ(answers[2], "hello");
  EXPECT_EQ(answers[3], "hello") << "the last one that could be used goes on";
  EXPECT_EQ(answers[4], "hello");
  EXPECT_THAT(logged, HasSubstr("the changed certificate cannot be used"));
}

// --- who does not finish the handshake

http::Admission everybody(const Request&) {
  return http::Standing::Known;
}

http::ServerOptions for_strangers() {
  http::ServerOptions options;
  options.guard = everybody;
  options.max_strangers = 2;
  return options;
}

// Connects and says nothing; true once the server has closed the connection.
Task<bool> is_closed_on(std::unique_ptr<http::Connection>& silent) {
  std::array<char, 16> bytes;
  try {
    const std::size_t count = co_await silent->read_some(bytes.data(), bytes.size());
    co_return count == 0;
  } catch (const boost::system::system_error&) {
    co_return true;
  }
}

Task<> crowd(Server& server, ClientOptions client, std::string& answer, bool& oldest_closed) {
  Endpoint plain = server.endpoint();
  plain.kind = Endpoint::Kind::Tcp;
  std::vector<std::unique_ptr<http::Connection>> silent;
  for (int i = 0; i < 3; ++i) {
    http::Socket socket = co_await http::connect_socket(plain);
    silent.push_back(http::plain_connection(std::move(socket)));
  }
  answer = co_await fresh_answer(server, client);
  oldest_closed = co_await async::with_timeout(10s, is_closed_on(silent.front()));
  co_await server.close();
}

TEST_F(TlsTest, WhoKeepsTheHandshakeWaitingGivesWay) {
  asio::io_context io;
  const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
  Server server(io.get_executor(), endpoint, handle, for_strangers(), {}, acceptance(server_));
  std::string answer;
  bool oldest_closed = false;
  test::run_task(io, crowd(server, client_, answer, oldest_closed));
  EXPECT_EQ(answer, "hello");
  EXPECT_TRUE(oldest_closed);
}

Task<> wait_in_vain(Server& server, bool& closed) {
  Endpoint plain = server.endpoint();
  plain.kind = Endpoint::Kind::Tcp;
  http::Socket socket = co_await http::connect_socket(plain);
  auto silent = http::plain_connection(std::move(socket));
  closed = co_await async::with_timeout(10s, is_closed_on(silent));
  co_await server.close();
}

TEST_F(TlsTest, AHandshakeHasADeadline) {
  asio::io_context io;
  const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
  auto options = for_strangers();
  options.header_limit = 20ms;
  Server server(io.get_executor(), endpoint, handle, options, {}, acceptance(server_));
  bool closed = false;
  test::run_task(io, wait_in_vain(server, closed));
  EXPECT_TRUE(closed);
}

TEST_F(TlsTest, APlainClientIsTurnedAway) {
  asio::io_context io;
  const Endpoint endpoint{.kind = Endpoint::Kind::Tls, .path = {}, .host = "127.0.0.1", .port = 0};
  Server server(io.get_executor(), endpoint, handle, {}, {}, acceptance(server_));
  std::string answer;
  test::run_task(io, speak_plainly(server, answer));
  EXPECT_THAT(answer, StartsWith("POST / of "));
}

}  // namespace
}  // namespace flowyard::tls
