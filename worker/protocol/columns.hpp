// The binary columnar body, for lease grants and result chunks: "FYC1", the length of a JSON header as 4
// bytes little-endian, the header (the message without its number arrays, which it names as {"at": n,
// "count": m}), zero bytes up to a multiple of 8, then all numbers as little-endian IEEE 754 doubles; `at`
// counts doubles.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::protocol {

std::string to_columns(const LeaseGrant&);
std::string to_columns(const ResultChunk&);

// T is LeaseGrant or ResultChunk.
template <class T>
Result<T> from_columns(std::string_view bytes);

}  // namespace flowyard::worker::protocol
