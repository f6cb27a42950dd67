// Reading a container's log: the stream that Engine::logs() opens, and its options.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "docker/client/log_frames.hpp"
#include "docker/client/request.hpp"

namespace flowyard::docker {

enum class LogForm {
  Automatic,  // as the answer's content type says; framed where it does not say
  Framed,     // of a container without a terminal
  Raw,        // of a container with one: everything is stdout
};

struct LogOptions {
  LogForm form = LogForm::Automatic;
  // Goes on until the container stops. On a container that was never started it ends at once.
  bool follow = false;
  bool out = true;
  bool err = true;
  bool timestamps = false;
  std::optional<int> tail;  // the last so many lines
  // From this moment on. The first line can be stamped before the container's StartedAt: never use that here.
  std::optional<EngineTime> since;
  std::optional<EngineTime> until;
};

// A log being read. One reader; destroying it ends the stream.
class LogStream {
 public:
  LogStream() = default;  // reads nothing; so that a stream can be the result of a spawned task
  LogStream(std::unique_ptr<Body> body, LogForm form);

  // The next bytes, or nothing at the end. Waits without a limit. Throws ReplyLost when the stream breaks
  // off, also within a frame, and MalformedFrame.
  async::Task<std::optional<LogChunk>> read();

 private:
  std::unique_ptr<Body> body_;
  bool framed_ = true;
  LogDemultiplexer frames_;
  std::vector<LogChunk> ready_;  // read but not handed out, in reverse
};

}  // namespace flowyard::docker
