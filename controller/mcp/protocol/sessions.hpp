// Sessions of the revisions with a handshake: what initialize agreed on, what the client subscribed to, which
// of our questions it has still to answer, and which of its calls run. Kept in memory: a client whose session
// is gone gets 404 and begins again, by the specification. One executor, serial.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "common/async/event.hpp"
#include "controller/mcp/protocol/call.hpp"

namespace flowyard::controller::mcp::protocol {

class Session {
 public:
  Session(async::Executor executor, std::string id, std::string principal);

  const std::string id, principal;  // whose it is
  std::string version = kLegacyVersion;
  Json client = Json::object();  // ClientCapabilities
  std::string log_level = {};
  std::set<std::string> subscribed = {};  // URIs of resources
  async::Event changed;                   // of `subscribed`
  std::chrono::steady_clock::time_point last_used = {};

  // Asks one after another over `send`, the stream of the call that wants to know. What is no answer is asked
  // again; an error in place of an answer, or none for minutes, counts as "cancel".
  async::Task<Answers> ask(Questions questions, std::function<async::Task<>(Json)> send);
  // A response of the client to one of our questions. Whether one was open.
  bool take_answer(const Json& message);

  // Cancels the client's call with that id; no effect if there is none.
  void cancel(const Json& request_id);
  // For as long as it lives, that call can be cancelled: `wanted` then returns.
  class Running {
   public:
    Running(Session& session, const Json& request_id);
    ~Running();
    Running(const Running&) = delete;
    async::Task<> cancelled();

   private:
    Session& session_;
    std::string id_;
    std::shared_ptr<async::Event> event_;
  };

 private:
  struct Open;  // a question

  async::Executor executor_;
  std::map<std::string, std::shared_ptr<Open>> open_;             // by the id of our request
  std::map<std::string, std::shared_ptr<async::Event>> running_;  // by the id of theirs
  int asked_ = 0;
};

class Sessions {
 public:
  explicit Sessions(async::Executor executor) : executor_(std::move(executor)) {}

  std::shared_ptr<Session> open(const std::string& principal);
  // Null: there is none of that principal, any more.
  std::shared_ptr<Session> find(const std::string& id, const std::string& principal);
  bool end(const std::string& id, const std::string& principal);

 private:
  async::Executor executor_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
};

}  // namespace flowyard::controller::mcp::protocol
