// The fields of each message, written and read against a number interface, so that JSON and columns share one
// list. Readers throw nlohmann's exceptions or std::invalid_argument; json.cpp and columns.cpp turn those
// into Errors.
#pragma once

#include "worker/protocol/messages.hpp"
#include "worker/protocol/numbers.hpp"

namespace flowyard::worker::protocol {

Json write(const Hello&, NumberWriter&);
Json write(const Welcome&, NumberWriter&);
Json write(const LeaseGrant&, NumberWriter&);
Json write(const ResultChunk&, NumberWriter&);
Json write(const KeptFile&, NumberWriter&);
Json write(const LeaseFailure&, NumberWriter&);
Json write(const Heartbeat&, NumberWriter&);
Json write(const HeartbeatAnswer&, NumberWriter&);
Json write(const Goodbye&, NumberWriter&);

void read(const Json&, const NumberReader&, Hello&);
void read(const Json&, const NumberReader&, Welcome&);
void read(const Json&, const NumberReader&, LeaseGrant&);
void read(const Json&, const NumberReader&, ResultChunk&);
void read(const Json&, const NumberReader&, KeptFile&);
void read(const Json&, const NumberReader&, LeaseFailure&);
void read(const Json&, const NumberReader&, Heartbeat&);
void read(const Json&, const NumberReader&, HeartbeatAnswer&);
void read(const Json&, const NumberReader&, Goodbye&);

}  // namespace flowyard::worker::protocol
