#include "controller/experiment/log_text.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace flowyard::controller::experiment {
namespace {

// Workers stamp their lines, so that the order of RFC 3339 texts is the order of time. What has no stamp,
// such as the second line of a message, is as old as the line before.
std::size_t begin_since(std::string_view text, TimePoint since) {
  const std::string stamp = to_rfc3339(since);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const auto line = text.substr(at, end - at);
    const bool stamped = line.front() >= '0' && line.front() <= '9';
    if (stamped && line.substr(0, stamp.size()) >= stamp) return at;
    at = end;
  }
  return text.size();
}

std::size_t begin_of_last(std::string_view text, std::uint64_t lines) {
  std::size_t end = text.size();
  if (lines == 0) return end;
  if (text.ends_with('\n')) --end;
  for (;;) {
    const auto newline = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    if (newline == std::string_view::npos) return 0;
    if (--lines == 0) return newline + 1;
    end = newline;
  }
}

}  // namespace

std::size_t begin_in(std::string_view text, const LogBeginning& beginning) {
  const std::size_t from = beginning.since ? begin_since(text, *beginning.since) : 0;
  return beginning.tail ? from + begin_of_last(text.substr(from), *beginning.tail) : from;
}

}  // namespace flowyard::controller::experiment
