// JSON encoding of the protocol's messages. NaN and infinities travel as null, "Infinity" and "-Infinity".
// Decoding checks every field: malformed input gives an Error.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::protocol {

std::string to_json(const Hello&);
std::string to_json(const Welcome&);
std::string to_json(const LeaseGrant&);
std::string to_json(const ResultChunk&);
std::string to_json(const KeptFile&);
std::string to_json(const LeaseFailure&);
std::string to_json(const Heartbeat&);
std::string to_json(const HeartbeatAnswer&);
std::string to_json(const Goodbye&);

// T is any of the messages.
template <class T>
Result<T> from_json(std::string_view text);

}  // namespace flowyard::worker::protocol
