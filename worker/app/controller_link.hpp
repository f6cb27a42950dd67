// ControllerLink: requests to the controller that survive its restarts. Sends hello first and again whenever
// the controller may be another one, retries while nothing answers, and gives up (throws WorkerExit) after
// the silence limit. Owned by the Session; runs on its executor, which must be serial.
#pragma once

#include <optional>
#include <string>

#include "common/base/log.hpp"
#include "common/http/client.hpp"
#include "worker/app/worker_exit.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::app {

struct Identity {
  std::string name;
  std::string token_file;  // read at every hello
  std::string runner;
};

class ControllerLink {
 public:
  ControllerLink(async::Executor executor, http::Endpoint controller, Identity identity, Log log);

  // Asks until there is an answer that is neither 401 nor 5xx.
  async::Task<http::Response> ask(http::Request request, Milliseconds limit);

  // Asks once; nothing when there was no usable answer.
  async::Task<std::optional<http::Response>> try_once(http::Request request, Milliseconds limit);

  // The protocol settings of the controller; defaults before the first hello.
  const protocol::Welcome& welcome() const { return welcome_; }
  bool greeted() const { return greeted_; }

 private:
  async::Task<> greet();
  void welcomed(const std::string& body);
  void note_failure(const std::string& trouble);
  void note_answer();
  http::Request signed_copy(const http::Request& request) const;

  http::Client client_;
  Identity identity_;
  Log log_;
  Secret token_;
  protocol::Welcome welcome_;
  bool greeted_ = false;
  bool complaining_ = false;  // the current silence has been logged
  std::chrono::steady_clock::time_point heard_at_;
};

}  // namespace flowyard::worker::app
