// A stream of events that tells a client of changes for as long as it listens.
#pragma once

#include <functional>
#include <memory>

#include "common/async/event.hpp"
#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp::protocol {

// A message as one server-sent event.
std::string event_of(const Json& message);

// The notification of a change (method and params).
Json notification_of(const Change& change);

// Writes every change of `watched`, made a message by `message`, until the peer is gone, or until `is_over`
// returns true after `woken` was notified. A comment now and then shows that the stream lives.
async::Task<> write_changes(const Offer& offer, Call call, Watched watched,
                            std::function<Json(const Change&)> message, http::BodyWriter& writer,
                            async::Event& woken, std::function<bool()> is_over);

}  // namespace flowyard::controller::mcp::protocol
