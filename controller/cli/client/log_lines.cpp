#include "controller/cli/client/log_lines.hpp"

#include <algorithm>

#include "controller/rest/time.hpp"

namespace flowyard::controller::cli {
namespace {

struct Line {
  TimePoint time;
  const WorkerLog* of;
  std::string_view text;
};

// The lines of one log with their times, which never go back.
void add_lines(const WorkerLog& log, const LineFilter& filter, std::vector<Line>& lines) {
  TimePoint time{};
  std::string_view rest = log.text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto text = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (const auto begins = rest::parse_rfc3339(text.substr(0, text.find(' '))))
      time = std::max(time, *begins);
    if (filter(text)) lines.push_back({.time = time, .of = &log, .text = text});
  }
}

}  // namespace

std::string prefix_for(const std::string& name, std::size_t width) {
  std::string prefix = name;
  prefix.resize(std::max(width, name.size()), ' ');
  return prefix + " | ";
}

std::string merged(const std::vector<WorkerLog>& logs, const LineFilter& filter,
                   std::optional<std::uint64_t> tail) {
  std::vector<Line> lines;
  std::size_t width = 0;
  for (const auto& log : logs) {
    add_lines(log, filter, lines);
    width = std::max(width, log.name.size());
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.time < b.time; });
  const std::size_t begin = tail && *tail < lines.size() ? lines.size() - *tail : 0;
  std::string text;
  for (std::size_t i = begin; i < lines.size(); ++i) {
    text += prefix_for(lines[i].of->name, width);
    text += lines[i].text;
    text += '\n';
  }
  return text;
}

void LineSplitter::push(std::string_view piece, const std::function<void(std::string_view)>& take) {
  rest_ += piece;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    take(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void LineSplitter::finish(const std::function<void(std::string_view)>& take) {
  if (!rest_.empty()) take(rest_);
  rest_.clear();
}

}  // namespace flowyard::controller::cli
