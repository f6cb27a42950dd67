// Reading server-sent events: pieces in, events out. Pure. Only the fields that the controller sends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowyard::controller::cli {

struct ServerEvent {
  std::string id, type, data;
};

class EventStreamParser {
 public:
  // The events that are complete with this piece.
  std::vector<ServerEvent> push(std::string_view piece);

 private:
  void take_line(std::string_view line, std::vector<ServerEvent>& events);

  std::string rest_;  // an unfinished line
  ServerEvent next_;
};

}  // namespace flowyard::controller::cli
