#include "docker/client/json_lines.hpp"

namespace flowyard::docker {

void JsonLines::take(std::string line) {
  while (line.ends_with('\r')) line.pop_back();
  if (!line.empty()) lines_.push_back(std::move(line));
}

void JsonLines::feed(std::string_view piece) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    begun_.append(piece.substr(0, end));
    take(std::move(begun_));
    begun_.clear();
    piece.remove_prefix(end + 1);
  }
  begun_.append(piece);
}

void JsonLines::finish() {
  take(std::move(begun_));
  begun_.clear();
}

std::optional<std::string> JsonLines::next() {
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace flowyard::docker
