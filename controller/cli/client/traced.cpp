#include "controller/cli/client/traced.hpp"

#include <map>

#include "controller/cli/client/log_lines.hpp"

namespace flowyard::controller::cli {
namespace {

// What stands behind the time and the level: "2026-01-31T12:00:00.000Z info TEXT".
std::string_view text_of(std::string_view line) {
  const auto level = line.find(' ');
  const auto text = level == std::string_view::npos ? level : line.find(' ', level + 1);
  return text == std::string_view::npos ? std::string_view() : line.substr(text + 1);
}

}  // namespace

Traced traced_in(std::string_view log, const std::string& name) {
  Traced traced;
  const std::map<std::string_view, std::string*> parts = {
      {"given", &traced.given}, {"answered", &traced.answered}, {"understood", &traced.understood}};
  const auto take = [&](std::string_view line) {
    auto text = text_of(line);
    if (!text.starts_with(name)) return;
    text.remove_prefix(name.size());
    if (text.starts_with(": ")) {
      traced.log.emplace_back(text.substr(2));
      return;
    }
    const auto end = text.find_first_of(":+");
    if (!text.starts_with(' ') || end == std::string_view::npos || end + 2 > text.size()) return;
    const auto part = parts.find(text.substr(1, end - 1));
    if (part == parts.end()) return;
    if (text[end] == ':') part->second->clear();
    *part->second += text.substr(end + 2);
  };
  LineSplitter lines;
  lines.push(log, take);
  lines.finish(take);
  return traced;
}

}  // namespace flowyard::controller::cli
