// The server against a peer that says exactly what a test wants it to say.
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/common/http/server_fixture.hpp"

namespace flowyard::http {
namespace {

using namespace test_bench;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  const std::string heard = answer_to(
      "POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n\r\n"
      "GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n",
      echo_target);
  EXPECT_LT(heard.find("[/1 abc]"), heard.find("[/2 ]"));
  EXPECT_LT(heard.find("[/2 ]"), heard.find("[/3 ]"));
  EXPECT_THAT(heard, EndsWith("[/3 ]"));
}

Task<> pipeline_slowly(Peer& peer, Gate& gate) {
  co_await peer.say("GET /1 HTTP/1.1\r\n\r\n");
  co_await gate.entered.wait_past(0);
  // These bytes come while the first request is being answered.
  co_await peer.say("GET /2 HTTP/1.1\r\n\r\nGET /3 HT");
  co_await test::let_others_run();
  gate.open.notify();
  co_await peer.say("TP/1.1\r\nConnection: close\r\n\r\n");
  const std::string heard = co_await peer.hear_all();
  EXPECT_THAT(heard, AllOf(HasSubstr("[/1 ]"), HasSubstr("[/2 ]"), EndsWith("[/3 ]")));
}

TEST_F(ServerTest, LosesNoByteThatComesWhileAHandlerRuns) {
  Gate gate(io_);
  with_server([&](Request request) { return gate.handle(std::move(request)); },
              [&](Peer& peer) { return pipeline_slowly(peer, gate); });
}

Task<> hang_up_early(Peer& peer, Gate& gate) {
  co_await peer.say("GET /1 HTTP/1.1\r\n\r\n");
  co_await gate.entered.wait_past(0);
  peer.hang_up();
  co_await gate.entered.wait_past(1);
  EXPECT_TRUE(gate.cancelled);
}

TEST_F(ServerTest, CancelsAHandlerWhosePeerHangsUp) {
  Gate gate(io_);
  with_server([&](Request request) { return gate.handle(std::move(request)); },
              [&](Peer& peer) { return hang_up_early(peer, gate); });
  EXPECT_EQ(logged_, "");
}

Task<> leave_waiting(Peer& peer, Gate& gate) {
  co_await peer.say("GET /1 HTTP/1.1\r\n\r\n");
  co_await gate.entered.wait_past(0);
}

TEST_F(ServerTest, CancelsItsHandlersWhenItCloses) {
  Gate gate(io_);
  with_server([&](Request request) { return gate.handle(std::move(request)); },
              [&](Peer& peer) { return leave_waiting(peer, gate); });
  EXPECT_TRUE(gate.cancelled);
  EXPECT_EQ(logged_, "");
}

Task<Response> cancelled_by_something_else(Request) {
  throw boost::system::system_error(asio::error::operation_aborted);
  co_return Response{};
}

TEST_F(ServerTest, AnswersWhenAHandlerEndsInACancellationOfSomethingElse) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", cancelled_by_something_else),
              StartsWith("HTTP/1.1 500 "));
}

TEST_F(ServerTest, RefusesWhatIsNotHttp) {
  for (const char* garbage :
       {"hello\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nA b\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc"}) {
    const std::string heard = answer_to(garbage, echo_target);
    EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("Connection: close"))) << garbage;
  }
}

TEST_F(ServerTest, SaysThatItKnowsNoSuchMethod) {
  for (const char* word : {"BREW", "get"}) {
    const std::string heard = answer_to(std::string(word) + " / HTTP/1.1\r\n\r\n", echo_target);
    EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 501 "), HasSubstr("Connection: close"))) << word;
  }
  // A method that is known, and allowed nowhere.
  const std::string heard = answer_to("TRACE / HTTP/1.1\r\n\r\n", echo_target);
  EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET")));
}

TEST_F(ServerTest, RefusesAHeaderThatIsTooLarge) {
  ServerOptions options;
  options.max_header = 2000;
  const std::string heard =
      answer_to("GET / HTTP/1.1\r\nA: " + std::string(300'000, 'a') + "\r\n\r\n", echo_target, options);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerTest, RefusesABodyThatIsTooLargeSoThatTheRefusalArrives) {
  ServerOptions options;
  options.max_body = 1000;
  const std::string body(3'000'000, 'x');
  const std::string counted =
      "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" + body;
  for (const auto& request : {counted, chunked})
    EXPECT_THAT(answer_to(request, echo_target, options), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, ReadsAChunkedBody) {
  const std::string heard = answer_to(
      "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      echo_target);
  EXPECT_THAT(heard, EndsWith("[/c abcde]"));
}

Task<> wait_to_be_told(Peer& peer) {
  co_await peer.say(
      "POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  const std::string told = co_await peer.hear_until("\r\n\r\n");
  EXPECT_EQ(told, "HTTP/1.1 100 Continue\r\n\r\n");
  co_await peer.say("abc");
  const std::string heard = co_await peer.hear_all();
  EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("[/ abc]")));
}

TEST_F(ServerTest, TellsAPeerThatAsksToGoOn) {
  with_server(echo_target, wait_to_be_told);
}

Task<> ask_for_too_much(Peer& peer) {
  co_await peer.say("POST / HTTP/1.1\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  const std::string heard = co_await peer.hear_until("}");
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, RefusesATooLargeBodyBeforeItIsSent) {
  ServerOptions options;
  options.max_body = 1000;
  with_server(echo_target, ask_for_too_much, options);
}

TEST_F(ServerTest, GivesUpARequestThatDoesNotArrive) {
  ServerOptions options;
  options.header_limit = 10ms;
  options.body_limit = 10ms;
  EXPECT_THAT(answer_to("GET / HT", echo_target, options), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", echo_target, options),
              StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, ClosesAnIdleConnectionWithoutAWord) {
  ServerOptions options;
  options.idle_limit = 10ms;
  EXPECT_EQ(answer_to("", echo_target, options), "");
}

TEST_F(ServerTest, SpeaksHttp10) {
  EXPECT_THAT(answer_to("GET /old HTTP/1.0\r\n\r\n", echo_target),
              AllOf(HasSubstr("Connection: close"), EndsWith("[/old ]")));
}

Task<> two_pieces(BodyWriter& writer) {
  co_await writer.write("one");
  co_await writer.write("");
  co_await writer.write("two");
}
Task<Response> streamed(Request) {
  Response response;
  response.stream = two_pieces;
  co_return response;
}

TEST_F(ServerTest, StreamsInChunks) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", streamed),
              AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"),
                    EndsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")));
  EXPECT_THAT(answer_to("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n", streamed), EndsWith("\r\n\r\n"));
  EXPECT_THAT(answer_to("GET / HTTP/1.0\r\n\r\n", streamed), EndsWith("\r\n\r\nonetwo"));
}

Task<Response> empty_stream(Request) {
  Response response;
  response.status = 204;
  response.stream = two_pieces;
  co_return response;
}

TEST_F(ServerTest, GivesNoBodyToAStatusThatHasNone) {
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", empty_stream),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

Task<> one_piece_then_failure(BodyWriter& writer) {
  co_await writer.write("one");
  throw std::runtime_error("the disk is gone");
}
Task<Response> broken_stream(Request) {
  Response response;
  response.stream = one_piece_then_failure;
  co_return response;
}

TEST_F(ServerTest, LeavesABrokenStreamWithoutItsEnd) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\n\r\n", broken_stream), EndsWith("3\r\none\r\n"));
  EXPECT_THAT(logged_, HasSubstr("the disk is gone"));
}

Task<Response> with_broken_header(Request) {
  Response response;
  response.headers.add("X-Name", "a\r\nX-Evil: b");
  co_return response;
}

TEST_F(ServerTest, SendsNoHeaderThatBreaksOutOfItsLine) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", with_broken_header),
              AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("Evil"))));
}

Task<> nothing(Peer&) {
  co_return;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0);
  return status.st_mode & 0777;
}

TEST_F(ServerTest, GivesItsSocketFileTheModeAskedForAndRemovesIt) {
  const auto before = ::umask(0077);
  ServerOptions options;
  options.socket_mode = 0666;
  with_server(
      echo_target,
      [this](Peer& peer) {
        EXPECT_EQ(mode_of(endpoint().path), 0666u);
        return nothing(peer);
      },
      options);
  ::umask(before);
  EXPECT_FALSE(std::filesystem::exists(endpoint().path));
}

Task<> close(Server& server) {
  co_await server.close();
}

std::string failure_to_listen(asio::io_context& io, const Endpoint& endpoint) {
  try {
    Server server(io.get_executor(), endpoint, echo_target, {}, {});
    run_task(io, close(server));
    return "";
  } catch (const boost::system::system_error& error) {
    return error.what();
  }
}

TEST_F(ServerTest, ReplacesAStaleSocketFileAndNothingElse) {
  {
    asio::local::stream_protocol::acceptor stale(io_);
    stale.open();
    stale.bind(endpoint().path);
  }
  EXPECT_EQ(failure_to_listen(io_, endpoint()), "");

  Server server(io_.get_executor(), endpoint(), echo_target, {}, {});
  EXPECT_THAT(failure_to_listen(io_, endpoint()),
              AllOf(HasSubstr(to_string(endpoint())), HasSubstr("Address already in use")));
  run_task(io_, close(server));

  std::ofstream(endpoint().path) << "precious";
  EXPECT_THAT(failure_to_listen(io_, endpoint()), HasSubstr("not a socket"));
  EXPECT_TRUE(std::filesystem::exists(endpoint().path));
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  Endpoint elsewhere = endpoint();
  elsewhere.path = folder_ / "missing/s";
  EXPECT_THAT(failure_to_listen(io_, elsewhere), HasSubstr("No such file or directory"));
  elsewhere.path = folder_ / std::string(120, 'x');
  EXPECT_THAT(failure_to_listen(io_, elsewhere), HasSubstr("at most 107 bytes"));
}

TEST_F(ServerTest, TellsWhichPortItWasGiven) {
  Server server(io_.get_executor(), {.kind = Endpoint::Kind::Tcp, .path = {}, .host = "127.0.0.1", .port = 0},
                echo_target, {}, {});
  EXPECT_NE(server.endpoint().port, 0);
  run_task(io_, close(server));
}

Task<> second_waits_for_first(Server& server) {
  Peer first;
  co_await first.connect(server.endpoint());
  co_await first.say("GET /1 HTTP/1.1\r\n\r\n");
  co_await first.hear_until("]");
  Peer second;
  co_await second.connect(server.endpoint());
  co_await second.say("GET /2 HTTP/1.1\r\nConnection: close\r\n\r\n");
  bool answered = true;
  try {
    co_await async::with_timeout(10ms, second.hear_until("]"));
  } catch (const async::TimedOut&) {
    answered = false;
  }
  EXPECT_FALSE(answered);
  first.hang_up();
  const std::string heard = co_await second.hear_all();
  EXPECT_THAT(heard, EndsWith("[/2 ]"));
  co_await server.close();
}

TEST_F(ServerTest, ServesNoMoreConnectionsAtOnceThanItMay) {
  ServerOptions options;
  options.max_connections = 1;
  Server server(io_.get_executor(), endpoint(), echo_target, options, log_);
  run_task(io_, second_waits_for_first(server));
}

}  // namespace
}  // namespace flowyard::http
