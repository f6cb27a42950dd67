// log: what workers wrote, while they live and afterwards; one, several, or all of an experiment.
#include <deque>
#include <regex>
#include <set>

#include "common/async/event.hpp"
#include "controller/cli/client/listing.hpp"
#include "controller/cli/client/log_lines.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/time.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr Milliseconds kPauseBetweenLooks{1'000};  // for workers that an experiment has got meanwhile

struct LogOptions {
  std::vector<std::string> names;
  std::string since, grep;
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

LineFilter filter_of(const std::string& text) {
  if (text.empty()) return [](std::string_view) { return true; };
  try {
    auto pattern = std::make_shared<std::regex>(text, std::regex::extended | std::regex::nosubs);
    return [pattern](std::string_view line) { return std::regex_search(line.begin(), line.end(), *pattern); };
  } catch (const std::regex_error& error) {
    throw CommandFailed(invalid("--grep '" + text + "' is not a regular expression: " + error.what()));
  }
}

// --- whose

// An experiment's id, or the name of one worker.
struct LogSubject {
  std::string worker, experiment;
};

async::Task<LogSubject> subject_of(std::string name, Session& session) {
  std::optional<CommandFailed> no_worker;
  try {
    const auto body = co_await session.connection.get(path_of("workers", name));
    co_return LogSubject{.worker = value_or_fail(rest::worker_from_json(body)).name, .experiment = ""};
  } catch (const CommandFailed& failed) {
    no_worker = failed;
  }
  if (no_worker->errors().front().code != ErrorCode::NotFound) throw *no_worker;
  try {
    const auto body = co_await session.connection.get(path_of("experiments", name, "/progress"));
    const auto view = value_or_fail(rest::experiment_from_json(body));
    co_return LogSubject{.worker = "", .experiment = to_string(view.id)};
  } catch (const CommandFailed& failed) {
    if (failed.errors().front().code != ErrorCode::NotFound) throw;
  }
  throw CommandFailed(failure(ErrorCode::NotFound, "there is neither a worker nor an experiment '" + name +
                                                       "'; 'flowyard list --all' and 'flowyard list "
                                                       "experiments' show what there is"));
}

// The workers that are meant, the oldest first.
async::Task<std::vector<std::string>> workers_of(std::vector<LogSubject> subjects, Session& session) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const auto& subject : subjects) {
    std::vector<std::string> found{subject.worker};
    if (subject.worker.empty()) {
      const auto views = co_await all_workers(session, "&all=true&experiment=" + subject.experiment);
      found.clear();
      for (auto view = views.rbegin(); view != views.rend(); ++view) found.push_back(view->name);
    }
    for (auto& name : found) {
      if (known.insert(name).second) names.push_back(std::move(name));
    }
  }
  co_return names;
}

// --- one

// The lines of one worker as they come; with a pattern and a tail, the last so many once it has ended.
ExitStatus log_of_one(LogOptions options, std::string name, Session& session) {
  const auto filter = filter_of(options.grep);
  auto& out = session.terminal.data();
  const bool holds_back = !options.grep.empty() && !options.follow && options.tail;
  std::deque<std::string> last;
  const auto take = [&](std::string_view line) {
    if (!filter(line)) return;
    if (!holds_back) {
      out << line << "\n";
      return;
    }
    last.emplace_back(line);
    if (last.size() > *options.tail) last.pop_front();
  };
  LineSplitter lines;
  auto stream = co_await session.connection.open(path_of("workers", name, "/log" + query_of(options)));
  while (auto piece = co_await stream->read()) {
    lines.push(*piece, take);
    out << std::flush;
  }
  lines.finish(take);
  for (const auto& line : last) out << line << "\n";
  out << std::flush;
  co_return Ok;
}

// --- several

async::Task<std::string> whole_log(LogOptions options, std::string name, Session& session) {
  std::string text;
  auto stream = co_await session.connection.open(path_of("workers", name, "/log" + query_of(options)));
  while (auto piece = co_await stream->read()) text += *piece;
  if (!text.empty() && text.back() != '\n') text += '\n';
  co_return text;
}

ExitStatus log_of_several(LogOptions options, std::vector<LogSubject> subjects, Session& session) {
  const auto filter = filter_of(options.grep);
  std::vector<WorkerLog> logs;
  const auto names = co_await workers_of(std::move(subjects), session);
  for (const auto& name : names) {
    auto text = co_await whole_log(options, name, session);
    logs.push_back({.name = name, .text = std::move(text)});
  }
  session.terminal.data() << merged(logs, filter, options.tail) << std::flush;
  co_return Ok;
}

// What those who follow one worker each share.
struct Following {
  Following(Session& of, LogOptions from, async::Executor executor)
      : session(of), options(std::move(from)), filter(filter_of(options.grep)), ended(executor) {}

  Session& session;
  LogOptions options;
  LineFilter filter;
  std::set<std::string> seen = {};
  std::size_t width = 0;
  int open = 0;
  async::Event ended;
};

async::Task<> follow_one(std::shared_ptr<Following> all, std::string name) {
  auto& out = all->session.terminal.data();
  const auto take = [&](std::string_view line) {
    if (all->filter(line)) out << prefix_for(name, all->width) << line << "\n";
  };
  LineSplitter lines;
  try {
    auto stream =
        co_await all->session.connection.open(path_of("workers", name, "/log" + query_of(all->options)));
    while (auto piece = co_await stream->read()) {
      lines.push(*piece, take);
      out << std::flush;
    }
    lines.finish(take);
    out << std::flush;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    all->session.terminal.note("the log of " + name + " broke off: " + error.what());
  }
  --all->open;
  all->ended.notify();
}

void follow_new(const std::shared_ptr<Following>& all, const std::vector<std::string>& names) {
  for (const auto& name : names) all->width = std::max(all->width, name.size());
  for (const auto& name : names) {
    if (!all->seen.insert(name).second) continue;
    ++all->open;
    all->session.tasks.spawn("log of " + name, follow_one(all, name));
  }
}

async::Task<bool> is_over(const LogSubject& subject, Session& session) {
  if (subject.experiment.empty()) co_return true;
  const auto body = co_await session.connection.get(path_of("experiments", subject.experiment, "/progress"));
  co_return is_final(value_or_fail(rest::experiment_from_json(body)).state);
}

// Until all workers have ended and no experiment that is meant can get another.
ExitStatus follow_several(LogOptions options, std::vector<LogSubject> subjects, Session& session) {
  const auto executor = co_await async::asio::this_coro::executor;
  const auto all = std::make_shared<Following>(session, std::move(options), executor);
  for (bool over = false; !over || all->open > 0;) {
    over = true;
    for (const auto& subject : subjects) {
      const bool this_one = co_await is_over(subject, session);
      over = over && this_one;
    }
    const auto names = co_await workers_of(subjects, session);
    follow_new(all, names);
    const auto seen = all->ended.version();
    if (over) {
      while (all->open > 0) co_await all->ended.wait_past(all->ended.version());
    } else {
      co_await all->ended.wait_past(seen, kPauseBetweenLooks);
    }
  }
  co_return Ok;
}

ExitStatus log(LogOptions options, Session& session) {
  std::vector<LogSubject> subjects;
  for (const auto& name : options.names) {
    auto subject = co_await subject_of(name, session);
    subjects.push_back(std::move(subject));
  }
  if (subjects.size() == 1 && !subjects[0].worker.empty()) {
    co_return co_await log_of_one(std::move(options), subjects[0].worker, session);
  }
  if (options.follow) co_return co_await follow_several(std::move(options), std::move(subjects), session);
  co_return co_await log_of_several(std::move(options), std::move(subjects), session);
}

}  // namespace

void define_log(Command& program) {
  auto options = std::make_shared<LogOptions>();
  auto command = program.add("log", "show what workers wrote, while they live and afterwards");
  command.option("name", options->names, "workers or their beginnings, or experiments: all of their workers")
      .required()
      .type("NAME...")
      .completes({Completes::Workers, Completes::Experiments});
  command.flag("-f,--follow", options->follow, "go on until they have ended");
  command.option("--tail", options->tail, "only the last N lines").type("N");
  command.option("--since", options->since, "only what is newer: 10m, or 2026-01-31T12:00:00Z");
  command.option("--grep", options->grep, "only lines that match this regular expression");
  command.footer(
      "Examples:\n"
      "  flowyard log novel-poodle\n"
      "  flowyard log novel -f --since 5m\n"
      "  flowyard log novel-poodle --grep 'error|warning' --tail 20\n"
      "  flowyard log @latest              all workers of an experiment, by time\n"
      "  flowyard log -f novel brave       two of them, as they write");
  command.runs([options](Session& session) { return log(*options, session); });
}

}  // namespace flowyard::controller::cli
