// ScriptedServer: listens on a unix socket in a folder of its own and plays bytes, one script a connection:
// lost replies, stalls, truncated chunks, garbage. Runs on threads of its own, so that the code under test
// meets a real peer. Destroying it closes every connection.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/http/endpoint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::test {

struct Step {
  enum class Kind {
    ReadRequest,  // up to the end of its head and of the body that Content-Length announces
    Send,         // the bytes, as they are
    Stall,        // until the peer hangs up
  };
  Kind kind = Kind::Stall;
  std::string bytes = {};
};

inline Step read_request() {
  return {.kind = Step::Kind::ReadRequest};
}
inline Step send_bytes(std::string bytes) {
  return {.kind = Step::Kind::Send, .bytes = std::move(bytes)};
}
// A whole response with Content-Length.
Step respond(int status, const std::string& body, const std::string& type = "application/json");
inline Step stall() {
  return {.kind = Step::Kind::Stall};
}

// What one connection does; it is closed at the end.
using Script = std::vector<Step>;

class ScriptedServer {
 public:
  // The n-th connection plays the n-th script; those beyond are closed at once.
  explicit ScriptedServer(std::vector<Script> scripts);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  http::Endpoint endpoint() const;

  // The requests read so far, head and body as they came, in order of arrival.
  std::vector<std::string> requests() const;
  // How many connections were accepted.
  int connections() const { return connections_; }
  // How many connections have ended.
  int ended() const { return ended_; }

 private:
  void accept_all();
  void play(int socket, const Script& script);
  bool read_request_from(int socket, std::string& unread);
  bool wait_readable(int socket) const;

  TemporaryFolder folder_;
  std::vector<Script> scripts_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe: readable once the server is to end
  std::atomic<int> connections_ = 0;
  std::atomic<int> ended_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::thread> players_;  // touched by the acceptor only, until it is joined
  std::thread acceptor_;
};

}  // namespace flowyard::test
