// The failures of a call to the Docker Engine, apart from cancellation: the Engine refused (EngineError), it
// could not be reached (EngineUnreachable: nothing was done), or the reply to a request was lost (ReplyLost:
// whether it acted is unknown, look up by name).
#pragma once

#include <stdexcept>
#include <string>

#include "docker/client/address.hpp"

namespace flowyard::docker {

// The Engine's refusal, with its message.
class EngineError : public std::runtime_error {
 public:
  // `asked` names the call for people: "create container novel-poodle".
  EngineError(int status, std::string message, std::string asked);

  int status() const { return status_; }
  const std::string& message() const { return message_; }
  const std::string& asked() const { return asked_; }

 private:
  int status_;
  std::string message_;
  std::string asked_;
};

// No connection could be made; the message says what to do about it.
class EngineUnreachable : public std::runtime_error {
 public:
  EngineUnreachable(const EngineAddress& address, const std::string& reason);
};

// The request was sent, wholly or in part, and no whole answer came back. A closed connection does not cancel
// a create or a start, so the Engine may have acted or be acting still.
class ReplyLost : public std::runtime_error {
 public:
  ReplyLost(std::string asked, const std::string& reason);
  const std::string& asked() const { return asked_; }

 private:
  std::string asked_;
};

// The status alone is not enough: Podman answers 500 where Docker uses 404 or 409. These check the message as
// well.
bool is_not_found(const EngineError& error);            // the thing that was named does not exist
bool is_conflict(const EngineError& error);             // it exists, but not in a state that allows this
bool is_no_such_image(const EngineError& error);        // a create named an image that is not there
bool is_name_in_use(const EngineError& error);          // a create used a name that is taken
bool is_already_in_progress(const EngineError& error);  // it is being removed already
bool is_not_running(const EngineError& error);          // a kill came after the exit

// What to do when the Engine at `address` cannot be reached because of `reason`, in one or two sentences.
std::string how_to_reach(const EngineAddress& address, const std::string& reason);

}  // namespace flowyard::docker
