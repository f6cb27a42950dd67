// What one peer can take from the others: time, room and descriptors. And what it cannot.
#include <atomic>
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

#include <boost/asio/local/stream_protocol.hpp>
#include <gmock/gmock.h>

#include "common/base/descriptor_limit.hpp"
#include "common/http/bearer.hpp"
#include "common/http/endpoint.hpp"
#include "tests/unit/common/http/server_fixture.hpp"

namespace flowyard::http {
namespace {

using namespace test_bench;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using ServerLimits = ServerTest;

constexpr const char* kSigned = "GET /1 HTTP/1.1\r\nAuthorization: Bearer secret\r\n\r\n";

Admission ask_for_secret(const Request& head) {
  if (bears_token(head, "secret")) return Standing::Known;
  if (head.target == "/healthz") return Standing::Stranger;
  Response response;
  response.status = 401;
  response.body = "who are you?";
  return response;
}

ServerOptions guarded() {
  ServerOptions options;
  options.guard = ask_for_secret;
  return options;
}

// --- the end of a connection

Task<> end_with_the_answer(Peer& peer, Gate& gate) {
  co_await peer.say("GET /1 HTTP/1.1\r\n\r\n");
  co_await gate.entered.wait_past(0);
  // Both in one turn of the loop: the answer is written while the end of the stream is being told.
  gate.open.notify();
  co_await peer.end();
  co_await peer.hear_all();
}

TEST_F(ServerLimits, ClosesWhenThePeerLeavesAtTheMomentOfTheAnswer) {
  Gate gate(io_);
  with_server([&](Request request) { return gate.handle(std::move(request)); },
              [&](Peer& peer) { return end_with_the_answer(peer, gate); });
}

// One that reads on behind the end of what it is sent.
Task<> read_twice_behind_the_end(Peer& peer, Server& server) {
  co_await peer.connect(server.endpoint());
  co_await peer.say("GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(co_await peer.hear_all(), EndsWith("[/1 ]"));
  for (int again = 0; again < 2; ++again) EXPECT_EQ(co_await async::with_timeout(5s, peer.hear_all()), "");
  co_await server.close();
}

TEST_F(ServerLimits, AConnectionTellsOfItsEndAsOftenAsItIsAsked) {
  Server server(io_.get_executor(), endpoint(), echo_target, {}, log_);
  Peer peer;
  run_task(io_, read_twice_behind_the_end(peer, server));
}

// --- time

Task<> drip(Peer& peer, std::string head, std::string byte, bool& cut_off) {
  co_await peer.say(head);
  try {
    for (int i = 0; i < 1000 && !cut_off; ++i) {
      co_await peer.say(byte);
      try {
        const std::string heard = co_await async::with_timeout(5ms, peer.hear_until("}"));
        EXPECT_THAT(heard, StartsWith("HTTP/1.1 408 "));
        cut_off = true;
      } catch (const async::TimedOut&) {
        // It takes one more.
      }
    }
  } catch (const boost::system::system_error&) {
    cut_off = true;
  }
}

TEST_F(ServerLimits, CutsOffAPeerThatDripsItsHead) {
  ServerOptions options;
  options.header_limit = 50ms;
  bool cut_off = false;
  with_server(
      echo_target, [&](Peer& peer) { return drip(peer, "GET / HTTP/1.1\r\nA: ", "a", cut_off); }, options);
  EXPECT_TRUE(cut_off);
}

TEST_F(ServerLimits, CutsOffAPeerThatDripsItsBody) {
  ServerOptions options;
  options.body_limit = 50ms;
  bool cut_off = false;
  with_server(
      echo_target,
      [&](Peer& peer) {
        return drip(peer, "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n", "a", cut_off);
      },
      options);
  EXPECT_TRUE(cut_off);
}

Task<> send_steadily(Peer& peer, std::string& heard) {
  co_await peer.say("POST / HTTP/1.1\r\nContent-Length: 20000\r\nConnection: close\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    co_await peer.say(std::string(1000, 'b'));
    co_await async::sleep_for(5ms);  // slow on purpose
  }
  heard = co_await peer.hear_all();
}

TEST_F(ServerLimits, GivesABodyThatComesSteadilyTheTimeItNeeds) {
  ServerOptions options;
  options.body_limit = 60ms;  // less than the whole takes
  options.body_rate = 10'000;
  std::string heard;
  with_server(
      echo_target, [&](Peer& peer) { return send_steadily(peer, heard); }, options);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerLimits, WaitsForAStrangerNoLongerThanForAHead) {
  ServerOptions options = guarded();
  options.header_limit = 10ms;
  EXPECT_EQ(answer_to("", echo_target, options), "");
}

// --- credentials before the body

TEST_F(ServerLimits, RefusesAStrangerBeforeItsBodyIsSent) {
  const std::string heard = answer_to(
      "POST / HTTP/1.1\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n", echo_target, guarded());
  EXPECT_THAT(heard,
              AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("Connection: close"), EndsWith("who are you?")));
}

TEST_F(ServerLimits, ARefusalReachesAStrangerThatIsSending) {
  const std::string body(100'000'000, 'x');
  const std::string heard =
      answer_to("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
                echo_target, guarded());
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 401 "));
}

TEST_F(ServerLimits, LetsThroughWhatTheGuardLetsThrough) {
  EXPECT_THAT(answer_to("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", echo_target, guarded()),
              EndsWith("[/healthz ]"));
  EXPECT_THAT(
      answer_to("POST /2 HTTP/1.1\r\nauthorization: bearer secret\r\nContent-Length: 3\r\nConnection: "
                "close\r\n\r\nabc",
                echo_target, guarded()),
      EndsWith("[/2 abc]"));
}

// --- room

Task<> crowd_out(Server& server, std::string& first_heard) {
  Peer known;
  co_await known.connect(server.endpoint());
  co_await known.say(kSigned);
  co_await known.hear_until("]");
  std::vector<Peer> strangers(5);  // two more than there is room for
  for (auto& stranger : strangers) {
    co_await stranger.connect(server.endpoint());
    co_await stranger.say("GET /healthz HTTP/1.1\r\n\r\n");
    EXPECT_THAT(co_await stranger.hear_until("]"), EndsWith("[/healthz ]"));
  }
  for (int gone = 0; gone < 2; ++gone)
    EXPECT_EQ(co_await async::with_timeout(5s, strangers[static_cast<std::size_t>(gone)].hear_all()), "");
  for (std::size_t there = 2; there < strangers.size(); ++there) {
    co_await strangers[there].say("GET /healthz HTTP/1.1\r\n\r\n");
    EXPECT_THAT(co_await strangers[there].hear_until("]"), EndsWith("[/healthz ]"));
  }
  co_await known.say(kSigned);
  first_heard = co_await known.hear_until("]");
  co_await server.close();
}

TEST_F(ServerLimits, AStrangerTooManyEndsTheOldestStrangerAndNobodyElse) {
  ServerOptions options = guarded();
  options.max_strangers = 3;
  options.max_connections = 2;  // of known peers: strangers take none of their places
  Server server(io_.get_executor(), endpoint(), echo_target, options, log_);
  std::string heard;
  run_task(io_, crowd_out(server, heard));
  EXPECT_THAT(heard, EndsWith("[/1 ]"));
}

// --- descriptors

std::size_t descriptors_open() {
  std::size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder)) ++count;
  ::closedir(folder);
  return count;
}

// The soft limit on descriptors, lowered for a while so that exactly `most` more can be opened, whatever
// gaps the numbers of those have that are open already.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 0;
    for (rlim_t free = 0; free < most; ++few.rlim_cur)
      if (::fcntl(static_cast<int>(few.rlim_cur), F_GETFD) < 0) ++free;
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

Task<> use_up_descriptors(Server& open, Server& spare, std::vector<Peer>& strangers) {
  for (auto& stranger : strangers) {
    co_await stranger.connect(open.endpoint());
    co_await stranger.say("GET /healthz HTTP/1.1\r\n\r\n");
    co_await async::with_timeout(5s, stranger.hear_until("]"));
  }
  Peer ours;
  co_await ours.connect(spare.endpoint());
  co_await ours.say("GET /ours HTTP/1.1\r\n\r\n");
  EXPECT_THAT(co_await async::with_timeout(5s, ours.hear_until("]")), EndsWith("[/ours ]"));
  EXPECT_TRUE(descriptors_remain(5));
  co_await open.close();
  co_await spare.close();
}

TEST_F(ServerLimits, LeavesDescriptorsToOthers) {
  // 40 are not spare. Each peer takes one in this process as well, the listeners two, and the last peer wants
  // an answer: the server has to end strangers, and can.
  const FewDescriptors few(60);
  ServerOptions options = guarded();
  options.spare_descriptors = 20;
  Server open(io_.get_executor(), endpoint(), echo_target, options, log_);
  Endpoint other = endpoint();
  other.path = folder_ / "spare";
  Server spare(io_.get_executor(), other, echo_target, {}, log_);
  std::vector<Peer> strangers(34);
  run_task(io_, use_up_descriptors(open, spare, strangers));
  EXPECT_EQ(logged_, "");
}

// --- churn

// One request on a connection of its own, with plain blocking calls.
void ask_once(const std::string& path) {
  const int peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const asio::local::stream_protocol::endpoint address(path);
  ASSERT_EQ(::connect(peer, address.data(), static_cast<socklen_t>(address.size())), 0);
  constexpr std::string_view kRequest = "GET /1 HTTP/1.1\r\n\r\n";
  EXPECT_EQ(::send(peer, kRequest.data(), kRequest.size(), 0), static_cast<ssize_t>(kRequest.size()));
  char answer[500];
  EXPECT_GT(::recv(peer, answer, sizeof answer, 0), 0);
  ::close(peer);
}

TEST_F(ServerLimits, GivesBackTheDescriptorsOfAllWhoLeave) {
  Server server(io_.get_executor(), endpoint(), echo_target, {}, log_);
  const std::size_t before = descriptors_open();
  std::vector<std::jthread> peers;
  std::atomic<int> busy = 4;
  for (int i = 0; i < 4; ++i) {
    peers.emplace_back([&] {
      for (int request = 0; request < 125; ++request) ask_once(endpoint().path);
      --busy;
    });
  }
  while (busy > 0) io_.run_for(10ms);
  peers.clear();
  const auto patience = std::chrono::steady_clock::now() + 10s;
  while (descriptors_open() > before && std::chrono::steady_clock::now() < patience) io_.run_for(10ms);
  EXPECT_EQ(descriptors_open(), before);
  run_task(io_, [](Server& s) -> Task<> { co_await s.close(); }(server));
}

}  // namespace
}  // namespace flowyard::http
