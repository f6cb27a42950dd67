// SealedState: what a stateless server has to remember between two rounds of a call, given to the client to
// keep. Nobody else can make one or change it, it holds for one call of one client, once, for some minutes.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "controller/mcp/protocol/rpc.hpp"

namespace flowyard::controller::mcp::protocol {

class SealedState {
 public:
  SealedState();  // with a key of its own: a state of another process is refused

  // `binding` says which call of which client it is for.
  std::string seal(const Json& content, const std::string& binding);
  // RpcFailure (invalid params): changed, too old, of another call, or used before.
  Json open(const std::string& sealed, const std::string& binding);

 private:
  using Time = std::chrono::steady_clock::time_point;
  void forget_old(Time now);

  std::string key_;
  std::map<std::string, Time> issued_;  // by nonce, with the end of its life; taken out by its use
};

}  // namespace flowyard::controller::mcp::protocol
