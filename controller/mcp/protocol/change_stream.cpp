#include "controller/mcp/protocol/change_stream.hpp"

#include <algorithm>
#include <deque>

#include "common/async/until.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr Milliseconds kKeepalive{15'000};
// A client that reads slower than things change loses none of them in this: the same change waits once.
constexpr std::size_t kMostWaiting = 2'000;

using Outbox = std::deque<std::string>;

Task<bool> write_out(Outbox& outbox, http::BodyWriter& writer, async::Event& woken,
                     std::function<bool()> is_over) {
  while (!is_over()) {
    const auto seen = woken.version();
    while (!outbox.empty()) {
      std::string next = std::move(outbox.front());
      outbox.pop_front();
      co_await writer.write(std::move(next));
    }
    if (is_over()) break;
    const bool is_news = co_await woken.wait_past(seen, kKeepalive);
    if (!is_news) outbox.push_back(": still here\n\n");
  }
  co_return true;
}

bool is_wanted(const Change& change, const Watched& watched) {
  switch (change.kind) {
    case Change::Kind::Tools:
      return watched.tools;
    case Change::Kind::Prompts:
      return watched.prompts;
    case Change::Kind::Resources:
      return watched.resources;
    case Change::Kind::Content:
      break;
  }
  return watched.uris.contains(change.uri);
}

}  // namespace

std::string event_of(const Json& message) {
  return "event: message\ndata: " + dump(message) + "\n\n";
}

Json notification_of(const Change& change) {
  switch (change.kind) {
    case Change::Kind::Tools:
      return notification("notifications/tools/list_changed", Json::object());
    case Change::Kind::Prompts:
      return notification("notifications/prompts/list_changed", Json::object());
    case Change::Kind::Resources:
      return notification("notifications/resources/list_changed", Json::object());
    case Change::Kind::Content:
      break;
  }
  return notification("notifications/resources/updated", Json{{"uri", change.uri}});
}

Task<> write_changes(const Offer& offer, Call call, Watched watched,
                     std::function<Json(const Change&)> message, http::BodyWriter& writer,
                     async::Event& woken, std::function<bool()> is_over) {
  Outbox outbox;
  const std::function<Task<>(Change)> tell = [&](Change change) -> Task<> {
    if (!is_wanted(change, watched)) co_return;
    std::string text = event_of(message(change));
    const bool waits = std::find(outbox.begin(), outbox.end(), text) != outbox.end();
    if (!waits && outbox.size() < kMostWaiting) outbox.push_back(std::move(text));
    woken.notify();
    co_return;
  };
  co_await async::until(write_out(outbox, writer, woken, std::move(is_over)),
                        offer.watch(std::move(call), watched, tell));
}

}  // namespace flowyard::controller::mcp::protocol
