// The Engine's events: hints that something changed, not reliable state. There is no keepalive, and the
// Engine keeps only the last 256 and drops them for slow readers: resume from a little before the
// interruption, and list periodically.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "docker/client/engine_time.hpp"
#include "docker/client/json_lines.hpp"
#include "docker/client/request.hpp"

namespace flowyard::docker {

struct EventOptions {
  std::vector<std::string> types;   // "container", "image", ..., any of them
  std::vector<std::string> labels;  // "key" or "key=value", all of them
  std::vector<std::string> events;  // "die", "oom", ..., any of them
  std::optional<EngineTime> since;  // also past events, as far as they are kept
  std::optional<EngineTime> until;  // the stream ends there
};

struct Event {
  std::string type;    // "container"
  std::string action;  // "start", "die", "oom", "destroy"
  std::string id;
  std::map<std::string, std::string> attributes;  // "name", "exitCode", and the labels
  std::optional<EngineTime> time;
};

// Events being read. One reader; destroying it ends the stream.
class EventStream {
 public:
  EventStream() = default;  // reads nothing; so that a stream can be the result of a spawned task
  explicit EventStream(std::unique_ptr<Body> body) : body_(std::move(body)) {}

  // The next event, or nothing at the end. Waits without a limit. Throws ReplyLost when the stream breaks
  // off.
  async::Task<std::optional<Event>> read();

 private:
  std::unique_ptr<Body> body_;
  JsonLines lines_;
};

}  // namespace flowyard::docker
