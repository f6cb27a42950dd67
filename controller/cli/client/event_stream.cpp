#include "controller/cli/client/event_stream.hpp"

#include <utility>

namespace flowyard::controller::cli {

std::vector<ServerEvent> EventStreamParser::push(std::string_view piece) {
  std::vector<ServerEvent> events;
  rest_ += piece;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    take_line(std::string_view(rest_).substr(begin, end - begin), events);
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return events;
}

void EventStreamParser::take_line(std::string_view line, std::vector<ServerEvent>& events) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    if (!next_.data.empty()) events.push_back(std::exchange(next_, {}));
    next_ = {};
    return;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "id") next_.id = value;
  if (field == "event") next_.type = value;
  if (field == "data") next_.data += (next_.data.empty() ? "" : "\n") + std::string(value);
}

}  // namespace flowyard::controller::cli
