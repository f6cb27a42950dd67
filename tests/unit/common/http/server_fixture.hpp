// The server against a peer that says exactly what a test wants it to say.
#pragma once

#include <gtest/gtest.h>

#include "common/async/event.hpp"
#include "common/http/connection.hpp"
#include "common/http/server.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::http::test_bench {

using namespace std::chrono_literals;
using async::Task;
using test::run_task;

// A raw client.
class Peer {
 public:
  Task<> connect(Endpoint endpoint) {
    Socket socket = co_await connect_socket(std::move(endpoint));
    connection_ = plain_connection(std::move(socket));
  }
  Task<> say(std::string bytes) { co_await connection_->write(bytes, {}); }
  // Everything until the server closes.
  Task<std::string> hear_all() { co_return co_await hear_until(""); }
  // Everything until what was heard ends in `end` (at least).
  Task<std::string> hear_until(std::string end) {
    std::string heard;
    std::array<char, 65536> piece;
    while (end.empty() || !heard.ends_with(end)) {
      const std::size_t count = co_await connection_->read_some(piece.data(), piece.size());
      if (count == 0) break;
      heard.append(piece.data(), count);
    }
    co_return heard;
  }
  void hang_up() { connection_.reset(); }
  // Says that it will send no more, and goes on listening.
  Task<> end() { co_await connection_->end_writing(); }

 private:
  std::unique_ptr<Connection> connection_;
};

class ServerTest : public ::testing::Test {
 protected:
  Endpoint endpoint() const {
    return {.kind = Endpoint::Kind::Unix, .path = folder_ / "s", .host = {}, .port = 0};
  }

  // Runs `scenario` against a server with that handler, then closes it.
  void with_server(Handler handler, std::function<Task<>(Peer&)> scenario, ServerOptions options = {}) {
    Server server(io_.get_executor(), endpoint(), std::move(handler), options, log_);
    std::exception_ptr failure;
    run_task(io_, then_close(server, std::move(scenario), failure));
    if (failure) std::rethrow_exception(failure);
  }

  // All that the server says to `request` until it closes.
  std::string answer_to(std::string request, Handler handler, ServerOptions options = {}) {
    std::string heard;
    with_server(
        std::move(handler), [&](Peer& peer) { return exchange(peer, request, heard); }, options);
    return heard;
  }

  static Task<> exchange(Peer& peer, std::string request, std::string& heard) {
    co_await peer.say(std::move(request));
    heard = co_await peer.hear_all();
  }

  static Task<> connected(Peer& peer, Endpoint endpoint, std::function<Task<>(Peer&)> scenario) {
    co_await peer.connect(std::move(endpoint));
    co_await scenario(peer);
  }

  static Task<> then_close(Server& server, std::function<Task<>(Peer&)> scenario,
                           std::exception_ptr& failure) {
    Peer peer;
    try {
      co_await async::with_timeout(20s, connected(peer, server.endpoint(), std::move(scenario)));
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

inline Task<Response> echo_target(Request request) {
  Response response;
  response.body = "[" + request.target + " " + request.body + "]";
  co_return response;
}

// A handler that waits for the test, as a long poll does.
struct Gate {
  explicit Gate(asio::io_context& io) : entered(io.get_executor()), open(io.get_executor()) {}
  async::Event entered;
  async::Event open;
  bool cancelled = false;

  Task<Response> handle(Request request) {
    entered.notify();
    try {
      co_await open.wait_past(0);
    } catch (const std::exception& error) {
      cancelled = async::is_cancellation(error);
      entered.notify();
      throw;
    }
    co_return co_await echo_target(std::move(request));
  }
};

}  // namespace flowyard::http::test_bench
