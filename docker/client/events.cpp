#include "docker/client/events.hpp"

#include <nlohmann/json.hpp>

#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

Event event_from(const nlohmann::json& json) {
  Event event;
  event.type = fields::text(json, "Type");
  event.action = fields::text(json, "Action");
  const auto& actor = fields::member(json, "Actor");
  event.id = fields::text(actor, "ID");
  event.attributes = fields::text_map(actor, "Attributes");
  const std::int64_t nanos = fields::number(json, "timeNano");
  if (nanos > 0) event.time = EngineTime(std::chrono::nanoseconds(nanos));
  return event;
}

}  // namespace

async::Task<std::optional<Event>> EventStream::read() {
  if (!body_) co_return std::nullopt;
  auto line = lines_.next();
  while (!line) {
    auto piece = co_await body_->read();
    if (!piece) co_return std::nullopt;  // a line without its end is half an event
    lines_.feed(*piece);
    line = lines_.next();
  }
  co_return event_from(fields::parse(*line, body_->asked()));
}

Task<EventStream> Engine::events(EventOptions options, Milliseconds limit) {
  Filters filters;
  if (!options.types.empty()) filters["type"] = options.types;
  if (!options.labels.empty()) filters["label"] = options.labels;
  if (!options.events.empty()) filters["event"] = options.events;
  Call call;
  call.asked = "follow the events";
  call.path = "/events";
  if (options.since) call.query.add("since", to_unix_text(*options.since));
  if (options.until) call.query.add("until", to_unix_text(*options.until));
  if (!filters.empty()) call.query.add("filters", to_json_text(filters));
  co_return EventStream(co_await requester_->open(std::move(call), limit));
}

}  // namespace flowyard::docker
