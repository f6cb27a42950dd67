#include "docker/client/log_frames.hpp"

#include <algorithm>

namespace flowyard::docker {
namespace {

constexpr std::size_t kHeaderSize = 8;

std::uint32_t byte_at(const std::string& text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

}  // namespace

void LogDemultiplexer::begin_frame() {
  const std::uint32_t stream = byte_at(header_, 0);
  const bool padded = header_[1] == 0 && header_[2] == 0 && header_[3] == 0;
  // 0 is stdin, which the Engine writes to stdout; 3 is the Engine's own error about the stream.
  if (stream > 3 || !padded) {
    throw MalformedFrame("the log is not in frames (does the container have a terminal?)");
  }
  source_ = stream <= 1 ? LogSource::Stdout : LogSource::Stderr;
  left_ =
      byte_at(header_, 4) << 24 | byte_at(header_, 5) << 16 | byte_at(header_, 6) << 8 | byte_at(header_, 7);
  header_.clear();
}

std::vector<LogChunk> LogDemultiplexer::feed(std::string_view piece) {
  std::vector<LogChunk> chunks;
  while (!piece.empty()) {
    if (left_ == 0) {
      const std::size_t taken = std::min(kHeaderSize - header_.size(), piece.size());
      header_.append(piece.substr(0, taken));
      piece.remove_prefix(taken);
      if (header_.size() == kHeaderSize) begin_frame();
      continue;
    }
    const std::size_t taken = std::min<std::size_t>(left_, piece.size());
    chunks.push_back(LogChunk{.source = source_, .text = std::string(piece.substr(0, taken))});
    left_ -= static_cast<std::uint32_t>(taken);
    piece.remove_prefix(taken);
  }
  return chunks;
}

LogLine LogLineAssembler::make_line(LogSource source, std::string text) const {
  if (text.ends_with('\r')) text.pop_back();
  LogLine line{.source = source, .time = std::nullopt, .text = std::move(text)};
  if (stamps_ == LogStamps::Absent) return line;
  const auto blank = line.text.find(' ');
  line.time = parse_engine_time(std::string_view(line.text).substr(0, blank));
  if (line.time) line.text.erase(0, blank == std::string::npos ? blank : blank + 1);
  return line;
}

std::vector<LogLine> LogLineAssembler::feed(const LogChunk& chunk) {
  std::vector<LogLine> lines;
  std::string& begun = begun_[static_cast<std::size_t>(chunk.source)];
  std::string_view rest = chunk.text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    begun.append(rest.substr(0, end));
    lines.push_back(make_line(chunk.source, std::move(begun)));
    begun.clear();
    rest.remove_prefix(end + 1);
  }
  begun.append(rest);
  return lines;
}

std::vector<LogLine> LogLineAssembler::finish() {
  std::vector<LogLine> lines;
  for (const LogSource source : {LogSource::Stdout, LogSource::Stderr}) {
    std::string& begun = begun_[static_cast<std::size_t>(source)];
    if (!begun.empty()) lines.push_back(make_line(source, std::move(begun)));
    begun.clear();
  }
  return lines;
}

}  // namespace flowyard::docker
