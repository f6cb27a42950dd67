// One stream of server-sent events for everything: the journal, resumed with Last-Event-ID.
#include <charconv>

#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

using OfExperiment = std::optional<experiment::ExperimentId>;

async::Task<> stream_events(ApiContext& context, OfExperiment of, std::int64_t after,
                            http::BodyWriter& writer) {
  // Sent at once, so that the client knows it is listening before anything happens.
  co_await writer.write("retry: 1000\n: listening\n\n");
  for (;;) {
    const auto news = co_await context.service.events(of, after, context.options.keepalive);
    std::string text;
    for (const auto& event : news) {
      text += "id: " + std::to_string(event.id) + "\nevent: " + event.type +
              "\ndata: " + rest::to_json(event) + "\n\n";
      after = event.id;
    }
    if (text.empty()) text = ": still here\n\n";
    co_await writer.write(std::move(text));
  }
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

async::Task<http::Response> events(ApiContext& context, RequestContext call) {
  const auto after = whole_number(call.target, "after", 0, INT64_MAX);
  if (!after) co_return problem_reply(400, "bad-query", after.error().message);
  OfExperiment of;
  if (const auto which = call.target.get("experiment")) {
    const auto id = co_await context.service.find_experiment(*which);
    if (!id) co_return problem_reply(id.error());
    of = *id;
  }
  std::int64_t from = after->value_or(0);
  if (const auto resumed = parse_id(call.request.headers.get("Last-Event-ID"))) from = *resumed;
  if (from == 0) from = context.service.last_event();
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.stream = [&context, of, from](http::BodyWriter& writer) {
    return stream_events(context, of, from, writer);
  };
  co_return response;
}

constexpr Route kEventRoutes[] = {
    {http::Method::Get, "/api/v1/events", events, kNoJson, "experiment after"},
};

}  // namespace

std::span<const Route> event_routes() {
  return kEventRoutes;
}

}  // namespace flowyard::controller::rest
