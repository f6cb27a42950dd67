// ProtocolController: the controller's side of worker protocol v1 as a script for tests, over a unix socket.
// What it shall answer and what it has seen are public members; everything runs on one serial executor.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/async/event.hpp"
#include "common/http/server.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::test {

struct PostedChunk {
  std::int64_t lease = 0;
  std::string token;
  bool columns = false;  // the binary encoding
  worker::protocol::ResultChunk chunk;
};

class ProtocolController {
 public:
  ProtocolController(async::Executor executor, std::string socket, std::string worker_token);

  void open();
  async::Task<> close();
  // Another controller at the same place: it has forgotten who said hello, not the leases.
  async::Task<> restart();

  // Returns once `holds`, which is asked after every request; throws TimedOut when it takes too long.
  async::Task<> until(std::function<bool()> holds);
  // After changing something a waiting request may hang on.
  void changed() { event_.notify(); }

  // What to answer.
  worker::protocol::Welcome welcome;
  int hello_status = 200;
  std::deque<worker::protocol::LeaseGrant> leases;
  bool gone = false;            // requests for a lease get 410
  std::set<std::int64_t> lost;  // leases whose results get 409
  std::vector<std::int64_t> revoked;
  int replies_to_lose = 0;    // results are taken, but the answer is cut off
  int results_to_refuse = 0;  // with 503
  std::map<std::string, std::string> programs;

  // What was seen.
  std::vector<worker::protocol::Hello> hellos;
  int lease_requests = 0;
  int unanswered = 0;  // lease requests that got 204
  std::vector<PostedChunk> posted;
  std::set<std::pair<std::int64_t, std::uint64_t>> committed;  // (lease, chunk)
  std::map<std::int64_t, std::string> failures;
  std::vector<worker::protocol::Heartbeat> heartbeats;
  std::vector<std::string> goodbyes;
  std::set<std::string> fetched;    // targets of GET
  std::vector<std::string> faults;  // what was against the protocol

 private:
  async::Task<http::Response> handle(http::Request request);
  async::Task<http::Response> route(http::Request request);
  http::Response hello(const http::Request& request);
  async::Task<http::Response> lease(bool columns);
  http::Response hand_out(const std::string& target);
  http::Response results(std::int64_t lease, const http::Request& request);
  http::Response failed(std::int64_t lease, const http::Request& request);
  http::Response heartbeat(const http::Request& request);
  bool take_fault(bool holds, const std::string& fault);

  async::Executor executor_;
  std::string socket_;
  std::string token_;
  bool greeted_ = false;
  std::map<std::int64_t, std::string> tokens_;  // of leases handed out
  async::Event event_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace flowyard::test
