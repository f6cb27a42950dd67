// The client against the server over real sockets.
#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using async::Task;
using ::testing::HasSubstr;

std::filesystem::path socket_path() {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  return std::filesystem::temp_directory_path() /
         ("fy-" + std::to_string(::getpid()) + "-" +
          std::to_string(std::hash<std::string>{}(info->name()) % 10000) + ".sock");
}

Endpoint unix_endpoint() {
  return Endpoint{.kind = Endpoint::Kind::Unix, .path = socket_path().string(), .host = {}, .port = 0};
}
Endpoint tcp_endpoint() {
  return Endpoint{.kind = Endpoint::Kind::Tcp, .path = {}, .host = "127.0.0.1", .port = 0};
}

// Says what it was asked.
Task<Response> echo(Request request) {
  Response response;
  response.headers.add("X-Method", request.method);
  response.headers.add("X-Target", request.target);
  response.headers.add("X-Length", std::string(request.headers.get("content-length")));
  response.body = std::move(request.body);
  co_return response;
}

Request get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}
Request post(std::string body) {
  Request request;
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

class ClientServer : public ::testing::TestWithParam<Endpoint::Kind> {
 protected:
  Endpoint endpoint() const { return GetParam() == Endpoint::Kind::Unix ? unix_endpoint() : tcp_endpoint(); }

  // Runs `scenario` against a server with that handler, then closes it.
  template <class Scenario>
  void with_server(Handler handler, Scenario scenario, ServerOptions options = {}) {
    Server server(io_.get_executor(), endpoint(), std::move(handler), options, log_);
    Client client(io_.get_executor(), server.endpoint());
    std::exception_ptr failure;
    try {
      test::run_task(io_, async::with_timeout(20s, until_closed(server, scenario(client), failure)));
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) std::rethrow_exception(failure);
  }

  static Task<> until_closed(Server& server, Task<> scenario, std::exception_ptr& failure) {
    try {
      co_await std::move(scenario);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await server.close();
  }

  std::string logged_;
  Log log_{[this](LogLevel level, const std::string& line) {
    if (level >= LogLevel::Warning) logged_ += line + "\n";
  }};
  asio::io_context io_;
};

INSTANTIATE_TEST_SUITE_P(Over, ClientServer, ::testing::Values(Endpoint::Kind::Unix, Endpoint::Kind::Tcp),
                         [](const auto& kind) {
                           return kind.param == Endpoint::Kind::Unix ? "Unix" : "Tcp";
                         });

Task<> check_echo(Client& client) {
  const Response response = co_await client.send(post("hello"), 5s);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.get("x-method"), "POST");
  const Response empty = co_await client.send(post(""), 5s);
  EXPECT_EQ(empty.headers.get("x-length"), "0");
  const Response got = co_await client.send(get("/a%20b?c=d"), 5s);
  EXPECT_EQ(got.headers.get("x-target"), "/a%20b?c=d");
  EXPECT_EQ(got.headers.get("x-length"), "");
}

TEST_P(ClientServer, CarryRequestsAndResponses) {
  with_server(echo, check_echo);
}

Task<> check_head(Client& client) {
  Request request = post("twelve bytes");
  request.method = "HEAD";
  const Response response = co_await client.send(std::move(request), 5s);
  EXPECT_EQ(response.headers.get("Content-Length"), "12");
  EXPECT_EQ(response.body, "");
  EXPECT_EQ((co_await client.send(get("/"), 5s)).status, 200);
}

TEST_P(ClientServer, HeadHasHeadersOnly) {
  with_server(echo, check_head);
}

Task<> check_large(Client& client) {
  std::string body(9'000'001, 'x');
  for (std::size_t i = 0; i < body.size(); i += 4099) body[i] = static_cast<char>('a' + i % 26);
  const Response response = co_await client.send(post(body), 15s);
  EXPECT_TRUE(response.body == body);
}

TEST_P(ClientServer, CarryLargeBodies) {
  with_server(echo, check_large);
}

Task<> check_many_in_sequence(Client& client) {
  for (int i = 0; i < 1000; ++i) {
    const std::string body = std::to_string(i);
    const Response response = co_await client.send(post(body), 5s);
    if (response.body != body) throw std::runtime_error("wrong body");
  }
}

TEST_P(ClientServer, CarryAThousandRequestsInSequence) {
  with_server(echo, check_many_in_sequence);
}

Task<> one_of_many(Client& client, int number, int& answered) {
  const std::string body = std::to_string(number);
  const Response response = co_await client.send(post(body), 10s);
  if (response.body == body) ++answered;
}

Task<> check_many_at_once(Client& client) {
  async::TaskGroup group(co_await asio::this_coro::executor);
  int answered = 0;
  for (int i = 0; i < 64; ++i) group.spawn("request", one_of_many(client, i, answered));
  co_await group.join();
  EXPECT_EQ(answered, 64);
}

TEST_P(ClientServer, CarrySixtyFourRequestsAtOnce) {
  with_server(echo, check_many_at_once);
}

Task<Response> fail(Request) {
  throw std::runtime_error("the secret is 42");
  co_return Response{};
}

Task<> check_failure(Client& client) {
  const Response response = co_await client.send(get("/x"), 5s);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.headers.get("content-type"), "application/problem+json");
  EXPECT_THAT(response.body, ::testing::Not(HasSubstr("secret")));
}

TEST_P(ClientServer, AFailingHandlerIsLoggedAndAnsweredWithoutDetails) {
  with_server(fail, check_failure);
  EXPECT_THAT(logged_, HasSubstr("the secret is 42"));
}

}  // namespace
}  // namespace flowyard::http
