// ScriptedEngine: a Docker Engine on a unix socket that does as a script says, and the client that talks to
// it.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "docker/client/engine.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/scripted_server.hpp"

namespace flowyard::test {

// The answer to a ping, offering this version; none where it is empty.
Step offer(const std::string& api_version);
// The same, and the connection is closed.
Step offer_and_close(const std::string& api_version);
// {"message": TEXT}
Step refuse(int status, const std::string& text);
// The head of an answer whose body is chunked, and one of its chunks; an empty chunk ends it.
Step begin_chunks(const std::string& type = "application/json");
Step chunk(const std::string& bytes);
// One frame of a log: stream 1 or 2.
std::string log_frame(char stream, const std::string& text);

// A connection on which the version is settled first.
Script after_ping(Script steps);

class ScriptedEngine {
 public:
  // The n-th connection plays the n-th script.
  explicit ScriptedEngine(std::vector<Script> scripts);

  docker::Engine& engine() { return engine_; }

  template <class T>
  T run(async::Task<T> task) {
    return run_task(io_, std::move(task));
  }

  std::vector<std::string> requests() const { return server_.requests(); }
  // "POST /v1.41/containers/x/start" of the n-th request.
  std::string line(std::size_t n) const;
  // What comes after its head.
  std::string body(std::size_t n) const;

 private:
  ScriptedServer server_;
  boost::asio::io_context io_;
  docker::Engine engine_;
};

}  // namespace flowyard::test
