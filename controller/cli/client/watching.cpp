#include "controller/cli/client/watching.hpp"

#include <chrono>

#include "common/async/event.hpp"
#include "controller/cli/client/event_stream.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr Milliseconds kLeastPause{50};    // between two looks at an experiment that changes all the time
constexpr Milliseconds kMostPause{1'000};  // between two looks when no event comes

struct Watch {
  Watch(Session& of, experiment::ExperimentId experiment, async::Executor executor)
      : session(of), id(experiment), news(executor), display(of.terminal) {}

  Session& session;
  experiment::ExperimentId id;
  async::Event news;
  ProgressDisplay display;
  std::string last_event_id;
  bool over = false;
};

// Prints a line for a worker's death, and its cause.
void tell(Watch& watch, const ServerEvent& event) {
  const auto read = rest::event_from_json(event.data);
  if (!read) return;
  const auto field = [&](const char* key) {
    const auto found = read->fields.find(key);
    const auto* text = found == read->fields.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? printable(*text) : std::string();
  };
  const std::string cause = field("cause");
  // Once: the later states of its life tell the cause again.
  const bool died = read->type == "worker" && field("state") == "exited";
  if (died && !cause.empty() && cause != "none" && cause != "stopped") {
    const std::string reason = field("reason");
    watch.display.say("worker " + field("name") + " died: " + (reason.empty() ? cause : reason));
  }
  if (read->type == "note" && !field("text").empty()) watch.display.say(field("text"));
}

async::Task<> read_events(Watch& watch) {
  http::Headers headers;
  if (!watch.last_event_id.empty()) headers.set("Last-Event-ID", watch.last_event_id);
  auto stream = co_await watch.session.connection.open("/api/v1/events?experiment=" + to_string(watch.id),
                                                       std::move(headers), AutoStart::Never);
  EventStreamParser parser;
  while (auto piece = co_await stream->read()) {
    for (const auto& event : parser.push(*piece)) {
      watch.last_event_id = event.id;
      tell(watch, event);
    }
    watch.news.notify();
  }
}

// Events only wake the watcher early; when their stream breaks it looks once a second, and that look tells
// when the controller stays away. So failures here end nothing.
async::Task<> follow_events(std::shared_ptr<Watch> watch) {
  while (!watch->over) {
    try {
      co_await read_events(*watch);
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
    }
    co_await async::sleep_for(kMostPause);
  }
}

// A request that survives a controller's restart: it is repeated for a while if nobody answers.
async::Task<service::ExperimentView> look(Watch& watch, std::chrono::steady_clock::time_point& last_heard) {
  for (;;) {
    try {
      const auto body =
          co_await watch.session.connection.get(path_of("experiments", to_string(watch.id), "/progress"));
      last_heard = std::chrono::steady_clock::now();
      co_return value_or_fail(rest::experiment_from_json(body));
    } catch (const CommandFailed& error) {
      const bool away = error.errors().front().code == ErrorCode::Unavailable;
      if (!away || std::chrono::steady_clock::now() - last_heard > std::chrono::seconds(30)) throw;
    }
    co_await async::sleep_for(kMostPause);
  }
}

async::Task<service::ExperimentView> watch_loop(Watch& watch) {
  auto last_heard = std::chrono::steady_clock::now();
  std::string told;  // what keeps it from going on
  for (;;) {
    const auto seen = watch.news.version();
    auto view = co_await look(watch, last_heard);
    if (is_final(view.state)) co_return view;
    if (view.reason != told) {
      told = view.reason;
      watch.display.say(told.empty() ? "it goes on" : printable(told));
    }
    watch.display.show(view);
    co_await async::sleep_for(kLeastPause);
    co_await watch.news.wait_past(seen, kMostPause);
  }
}

}  // namespace

async::Task<service::ExperimentView> watch_to_end(Session& session, experiment::ExperimentId id) {
  // Shared with the reader of events, which ends a moment later than this.
  auto watch = std::make_shared<Watch>(session, id, co_await async::asio::this_coro::executor);
  async::TaskGroup readers(co_await async::asio::this_coro::executor);
  readers.spawn("events", follow_events(watch));
  std::exception_ptr failed;
  service::ExperimentView view;
  try {
    view = co_await watch_loop(*watch);
  } catch (...) {
    failed = std::current_exception();
  }
  watch->over = true;
  watch->display.clear();
  readers.cancel();
  // After a cancel every co_await of a Task throws at once, also of one that would reset the cancellation.
  if (failed) co_await async::asio::this_coro::reset_cancellation_state(async::asio::disable_cancellation());
  co_await readers.join();
  if (failed) std::rethrow_exception(failed);
  co_return view;
}

}  // namespace flowyard::controller::cli
