// The client against a peer that plays scripted bytes.
#include "common/http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"
#include "tests/support/scripted_server.hpp"

namespace flowyard::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using async::Task;
using test::read_request;
using test::respond;
using test::run_task;
using test::Script;
using test::ScriptedServer;
using test::send_bytes;
using test::stall;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

class ClientTest : public ::testing::Test {
 protected:
  // Sends one request after the other and gives the bodies of the responses, or what was thrown.
  std::vector<std::string> send(const ScriptedServer& server, std::vector<Request> requests,
                                Milliseconds limit = 10s) {
    Client client(io_.get_executor(), server.endpoint());
    std::vector<std::string> answers;
    for (auto& request : requests) {
      try {
        const Response response = run_task(io_, client.send(std::move(request), limit));
        answers.push_back(std::to_string(response.status) + " " + response.body);
      } catch (const std::exception& error) {
        answers.push_back(error.what());
      }
    }
    return answers;
  }
  std::string send(const ScriptedServer& server, Request request, Milliseconds limit = 10s) {
    std::vector<Request> requests;
    requests.push_back(std::move(request));
    return send(server, std::move(requests), limit).front();
  }

  asio::io_context io_;
};

TEST_F(ClientTest, WritesRequestsThatAPeerCanRead) {
  ScriptedServer server({{read_request(), respond(200, "a"), read_request(), respond(200, "b")}});
  EXPECT_THAT(send(server, {get("/x?y=1"), post("body")}), ElementsAre("200 a", "200 b"));
  EXPECT_THAT(server.requests(),
              ElementsAre("GET /x?y=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody"));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, SendsContentLengthZeroWithAnEmptyPost) {
  ScriptedServer server({{read_request(), respond(204, "")}});
  send(server, post(""));
  EXPECT_THAT(server.requests().at(0), HasSubstr("Content-Length: 0\r\n"));
}

TEST_F(ClientTest, RefusesARequestThatWouldBreakOutOfItsLine) {
  ScriptedServer server({});
  EXPECT_THAT(send(server, get("/a b")), HasSubstr("percent-encode"));
  EXPECT_THAT(send(server, get("/a\r\nX: y")), HasSubstr("percent-encode"));
  Request request = get("/");
  request.headers.add("X-Name", "a\r\nX-Other: b");
  EXPECT_THAT(send(server, std::move(request)), HasSubstr("control character"));
}

TEST_F(ClientTest, SaysWhomItCannotReach) {
  Client client(asio::any_io_executor(io_.get_executor()),
                Endpoint{.kind = Endpoint::Kind::Unix, .path = "/nowhere/x.sock", .host = {}, .port = 0});
  try {
    run_task(io_, client.send(get("/"), 5s));
    FAIL();
  } catch (const ConnectFailed& failed) {
    EXPECT_THAT(failed.what(), HasSubstr("unix:///nowhere/x.sock: No such file or directory"));
  }
}

TEST_F(ClientTest, ReplacesAnIdleConnectionThatItsPeerClosed) {
  ScriptedServer server({{read_request(), respond(200, "a")}, {read_request(), respond(200, "b")}});
  Client client(io_.get_executor(), server.endpoint());
  EXPECT_EQ(run_task(io_, client.send(get("/1"), 5s)).body, "a");
  while (server.ended() < 1) std::this_thread::yield();
  EXPECT_EQ(run_task(io_, client.send(post("2"), 5s)).body, "b");
}

TEST_F(ClientTest, RepeatsAGetWhoseReusedConnectionWasLostBeforeTheResponse) {
  ScriptedServer server(
      {{read_request(), respond(200, "a"), read_request()}, {read_request(), respond(200, "b")}});
  EXPECT_THAT(send(server, {get("/1"), get("/2")}), ElementsAre("200 a", "200 b"));
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(ClientTest, DoesNotRepeatAPostThatWasSent) {
  ScriptedServer server(
      {{read_request(), respond(200, "a"), read_request()}, {read_request(), respond(200, "b")}});
  const auto answers = send(server, {get("/1"), post("2")});
  EXPECT_THAT(answers[1], HasSubstr("POST / of unix://"));
  EXPECT_THAT(answers[1], HasSubstr("lost before the response"));
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(ClientTest, RepeatsNothingOnAFreshConnection) {
  ScriptedServer server({{read_request()}, {read_request(), respond(200, "b")}});
  EXPECT_THAT(send(server, get("/1")), HasSubstr("lost before the response"));
}

TEST_F(ClientTest, ThrowsWhenAResponseIsCutShort) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  ScriptedServer server({
      {read_request(), send_bytes(head + "Content-Length: 10\r\n\r\nhalf")},
      {read_request(), send_bytes(head + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")},
      {read_request(), send_bytes(head + "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf")},
      {read_request(), send_bytes(head + "Content-Le")},
  });
  for (int i = 0; i < 4; ++i) EXPECT_THAT(send(server, get("/")), HasSubstr("cut short")) << i;
}

TEST_F(ClientTest, ThrowsWhenAResponseIsGarbage) {
  ScriptedServer server({
      {read_request(), send_bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"), stall()},
      {read_request(), send_bytes("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), stall()},
      {read_request(), send_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), stall()},
      {read_request(), send_bytes("HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a')), stall()},
  });
  for (int i = 0; i < 4; ++i) EXPECT_THAT(send(server, get("/")), HasSubstr("is not HTTP")) << i;
}

TEST_F(ClientTest, ReadsAResponseWithoutLengthToTheEnd) {
  ScriptedServer server({{read_request(), send_bytes("HTTP/1.1 200 OK\r\n\r\nall "), send_bytes("of it")},
                         {read_request(), respond(200, "b")}});
  EXPECT_THAT(send(server, {get("/1"), get("/2")}), ElementsAre("200 all of it", "200 b"));
}

TEST_F(ClientTest, SkipsInterimResponses) {
  ScriptedServer server(
      {{read_request(), send_bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n"),
        send_bytes("\r\n"), respond(200, "a")}});
  EXPECT_EQ(send(server, get("/")), "200 a");
}

TEST_F(ClientTest, DoesNotReuseAConnectionThatSentMoreThanItWasAsked) {
  ScriptedServer server(
      {{read_request(), send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc"), stall()},
       {read_request(), respond(200, "b")}});
  EXPECT_THAT(send(server, {get("/1"), get("/2")}), ElementsAre("200 a", "200 b"));
}

TEST_F(ClientTest, ReadsAResponseThatCameBeforeTheRequestCouldBeWritten) {
  ScriptedServer server({{respond(413, "too large")}});
  const std::string answer = send(server, post(std::string(8'000'000, 'x')));
  EXPECT_EQ(answer, "413 too large");
}

TEST_F(ClientTest, TimesOutAndHangsUp) {
  ScriptedServer server(
      {{read_request(), stall()},
       {read_request(), send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow"), stall()}});
  EXPECT_THAT(send(server, {get("/"), get("/")}, 20ms), ElementsAre(HasSubstr("20 ms"), HasSubstr("20 ms")));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, RefusesABodyLargerThanItsLimit) {
  ScriptedServer server({{read_request(), respond(200, std::string(2000, 'x')), stall()}});
  ClientOptions options;
  options.max_body = 1000;
  Client client(io_.get_executor(), server.endpoint(), options);
  EXPECT_THROW(run_task(io_, client.send(get("/"), 5s)), boost::system::system_error);
}

Task<std::vector<std::string>> read_all(Client& client) {
  std::vector<std::string> pieces;
  const auto stream = co_await client.open(get("/"), 5s);
  EXPECT_EQ(stream->head().status, 200);
  try {
    for (;;) {
      auto piece = co_await stream->read();
      if (!piece) break;
      pieces.push_back(std::move(*piece));
    }
  } catch (const boost::system::system_error& error) {
    pieces.push_back(error.what());
  }
  co_return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += piece;
  return all;
}

TEST_F(ClientTest, StreamsAChunkedBodyAndReusesTheConnection) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  ScriptedServer server(
      {{read_request(), send_bytes(head + "5\r\nhello"), send_bytes("\r\n6;ext=1\r\n world\r\n"),
        send_bytes("0\r\nTrailer: x\r\n\r\n"), read_request(), respond(200, "next")}});
  Client client(io_.get_executor(), server.endpoint());
  EXPECT_EQ(joined(run_task(io_, read_all(client))), "hello world");
  EXPECT_EQ(run_task(io_, client.send(get("/"), 5s)).body, "next");
  EXPECT_EQ(server.connections(), 1);
}

Task<std::string> first_piece(Client& client) {
  const auto stream = co_await client.open(get("/"), 5s);
  auto piece = co_await stream->read();
  co_return piece.value_or("nothing");
}

TEST_F(ClientTest, GivesAPieceAsSoonAsItComesAndHangsUpWhenTheStreamIsDropped) {
  ScriptedServer server(
      {{read_request(), send_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"),
        stall()}});
  Client client(io_.get_executor(), server.endpoint());
  EXPECT_EQ(run_task(io_, first_piece(client)), "one");
  while (server.ended() < 1) std::this_thread::yield();
}

TEST_F(ClientTest, AStreamThatIsCutOffThrowsAfterItsLastPiece) {
  ScriptedServer server(
      {{read_request(), send_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")}});
  Client client(io_.get_executor(), server.endpoint());
  const auto pieces = run_task(io_, read_all(client));
  EXPECT_THAT(pieces, ElementsAre("one", HasSubstr("cut short")));
}

Task<std::string> read_after_client(asio::any_io_executor executor, Endpoint endpoint) {
  auto client = std::make_unique<Client>(executor, endpoint);
  const auto stream = co_await client->open(get("/"), 5s);
  client.reset();
  auto piece = co_await stream->read();
  const auto end = co_await stream->read();
  EXPECT_FALSE(end.has_value());
  co_return piece.value_or("nothing");
}

TEST_F(ClientTest, AStreamMayOutliveItsClient) {
  ScriptedServer server({{read_request(), respond(200, "body")}});
  EXPECT_EQ(run_task(io_, read_after_client(io_.get_executor(), server.endpoint())), "body");
}

}  // namespace
}  // namespace flowyard::http
