// log: what a worker wrote, while it lives and afterwards.
#include <regex>

#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/time.hpp"

namespace flowyard::controller::cli {
namespace {

struct LogOptions {
  std::string name, since, grep;
  std::optional<std::uint64_t> tail;
  bool follow = false;
};

// "10m" is ten minutes ago; anything else is a time.
Result<std::string> since_of(const std::string& text) {
  if (const auto span = parse_duration(text)) return to_rfc3339(SystemClock{}.now() - *span);
  if (const auto time = rest::parse_rfc3339(text)) return to_rfc3339(*time);
  return invalid("--since takes a duration such as 10m or a time such as 2026-01-31T12:00:00Z, not '" + text +
                 "'");
}

std::string query_of(const LogOptions& options) {
  std::string query = options.follow ? "?follow=true" : "?follow=false";
  // With a pattern the last lines are those that match, so the cut is made here.
  if (options.tail && options.grep.empty()) query += "&tail=" + std::to_string(*options.tail);
  if (!options.since.empty())
    query += "&since=" + http::percent_encode(value_or_fail(since_of(options.since)));
  return query;
}

std::optional<std::regex> pattern_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  try {
    return std::regex(text, std::regex::extended | std::regex::nosubs);
  } catch (const std::regex_error& error) {
    throw CommandFailed(invalid("--grep '" + text + "' is not a regular expression: " + error.what()));
  }
}

// Prints whole lines that match; with a tail, only the last so many once the log has ended.
class LinePrinter {
 public:
  LinePrinter(const LogOptions& options, std::ostream& out) : out_(out), pattern_(pattern_of(options.grep)) {
    if (!options.grep.empty() && !options.follow) tail_ = options.tail;
  }

  void push(const std::string& piece) {
    rest_ += piece;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      take(rest_.substr(0, end + 1));
      rest_.erase(0, end + 1);
    }
    out_ << std::flush;
  }

  void finish() {
    if (!rest_.empty()) take(rest_ + "\n");
    for (const auto& line : last_) out_ << line;
    out_ << std::flush;
  }

 private:
  void take(std::string line) {
    if (pattern_ && !std::regex_search(line, *pattern_)) return;
    if (!tail_) {
      out_ << line;
      return;
    }
    last_.push_back(std::move(line));
    if (last_.size() > *tail_) last_.erase(last_.begin());
  }

  std::ostream& out_;
  std::optional<std::regex> pattern_;
  std::optional<std::uint64_t> tail_;
  std::string rest_;
  std::vector<std::string> last_;
};

ExitStatus log(LogOptions options, Session& session) {
  LinePrinter printer(options, session.terminal.data());
  auto stream =
      co_await session.connection.open(path_of("workers", options.name, "/log" + query_of(options)));
  while (auto piece = co_await stream->read()) {
    if (!options.grep.empty()) {
      printer.push(*piece);
    } else {
      session.terminal.data() << *piece << std::flush;
    }
  }
  printer.finish();
  co_return Ok;
}

}  // namespace

void define_log(Command& program) {
  auto options = std::make_shared<LogOptions>();
  auto command = program.add("log", "show what a worker wrote, while it lives and afterwards");
  command.option("name", options->name, "a worker's name or its beginning")
      .required()
      .type("NAME")
      .completes({Completes::Workers});
  command.flag("-f,--follow", options->follow, "go on until the worker ends");
  command.option("--tail", options->tail, "only the last N lines").type("N");
  command.option("--since", options->since, "only what is newer: 10m, or 2026-01-31T12:00:00Z");
  command.option("--grep", options->grep, "only lines that match this regular expression");
  command.footer(
      "Examples:\n"
      "  flowyard log novel-poodle\n"
      "  flowyard log novel -f --since 5m\n"
      "  flowyard log novel-poodle --grep 'error|warning' --tail 20");
  command.runs([options](Session& session) { return log(*options, session); });
}

}  // namespace flowyard::controller::cli
