// Log frames: the Engine sends a container's stdout and stderr in one body, in frames with a header of one
// byte stream, three bytes zero, four bytes length (big-endian). LogDemultiplexer takes the body in pieces of
// any size; LogLineAssembler assembles lines from its output. Both are pure and owned by the reader of the
// stream.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "docker/client/engine_time.hpp"

namespace flowyard::docker {

enum class LogSource { Stdout, Stderr };

// Some bytes that one stream wrote: any number of lines, or a part of one.
struct LogChunk {
  LogSource source = LogSource::Stdout;
  std::string text;

  bool operator==(const LogChunk&) const = default;
};

// Not frames: most likely the container has a terminal, whose log is raw.
class MalformedFrame : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class LogDemultiplexer {
 public:
  // The next piece of the body. Payload is handed on as it comes and never gathered, however long its frame
  // says that it is. Throws MalformedFrame.
  std::vector<LogChunk> feed(std::string_view piece);

  // Whether the body may end here: false within a frame.
  bool at_boundary() const { return header_.empty() && left_ == 0; }

 private:
  void begin_frame();

  std::string header_;      // the part of a header received so far
  std::uint32_t left_ = 0;  // payload bytes still to come
  LogSource source_ = LogSource::Stdout;
};

struct LogLine {
  LogSource source = LogSource::Stdout;
  std::optional<EngineTime> time;  // when the Engine was asked for timestamps
  std::string text;                // without its newline

  bool operator==(const LogLine&) const = default;
};

enum class LogStamps { Absent, Leading };

class LogLineAssembler {
 public:
  explicit LogLineAssembler(LogStamps stamps) : stamps_(stamps) {}

  // The lines that this chunk completes.
  std::vector<LogLine> feed(const LogChunk& chunk);
  // What is left at the end of the log, without a newline.
  std::vector<LogLine> finish();

 private:
  LogLine make_line(LogSource source, std::string text) const;

  LogStamps stamps_;
  std::string begun_[2];  // by source: an incomplete line
};

}  // namespace flowyard::docker
