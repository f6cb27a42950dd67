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
#include "tests/support/temporary_folder.hpp"

namespace flowyard::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using async::Task;
using ::testing::HasSubstr;

// Says what it was asked.
Task<Response> echo(Request request) {
  Response response;
  response.headers.add("X-Method", std::string(to_string(request.method)));
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
  request.method = Method::Post;
  request.body = std::move(body);
  return request;
}

class ClientServer : public ::testing::TestWithParam<Endpoint::Kind> {
 protected:
  Endpoint endpoint() const {
    Endpoint endpoint{.kind = GetParam(), .path = {}, .host = {}, .port = 0};
    if (GetParam() == Endpoint::Kind::Unix) {
      endpoint.path = folder_ / "s";
    } else {
      endpoint.host = "127.0.0.1";
    }
    return endpoint;
  }

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

  test::TemporaryFolder folder_;
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
  request.method = Method::Head;
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

// A response that streams until its peer leaves.
struct Endless {
  explicit Endless(asio::io_context& io) : ended(io.get_executor()) {}
  async::Event ended;
  std::size_t written = 0;

  Task<> write(BodyWriter& writer) {
    const Leaving leaving{*this};
    for (;;) {
      co_await writer.write(std::string(10'000, 'x'));
      written += 10'000;
    }
  }
  Task<Response> handle(Request) {
    Response response;
    response.stream = [this](BodyWriter& writer) { return write(writer); };
    co_return response;
  }
  struct Leaving {
    Endless& endless;
    ~Leaving() { endless.ended.notify(); }
  };
};

Task<> read_a_little(Client& client, Endless& endless) {
  auto stream = co_await client.open(get("/"), 5s);
  const auto piece = co_await stream->read();
  EXPECT_TRUE(piece.has_value());
  co_await test::let_others_run();
  // Far more would have been produced by now, were the writer not held back by a peer that does not read.
  EXPECT_LT(endless.written, 50'000'000u);
  stream.reset();
  co_await endless.ended.wait_past(0);
}

TEST_P(ClientServer, AStreamIsHeldBackByASlowReaderAndEndsWhenItLeaves) {
  Endless endless(io_);
  with_server([&](Request request) { return endless.handle(std::move(request)); },
              [&](Client& client) { return read_a_little(client, endless); });
  EXPECT_EQ(logged_, "");
}

Task<Response> never(Request) {
  co_await async::sleep_for(1h);
  co_return Response{};
}

Task<> time_out_then_close(Client& client) {
  bool timed_out = false;
  try {
    co_await client.send(get("/"), 10ms);
  } catch (const async::TimedOut&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
}

TEST_P(ClientServer, ARequestThatTimesOutLeavesNothingBehind) {
  with_server(never, time_out_then_close);
  EXPECT_EQ(logged_, "");
}

}  // namespace
}  // namespace flowyard::http
