#include "worker/protocol/json.hpp"

#include "worker/protocol/fields.hpp"

namespace flowyard::worker::protocol {
namespace {

template <class T>
std::string encoded(const T& message) {
  InlineWriter numbers;
  // Names come from users' files in any encoding; a reply must not fail because of one.
  return write(message, numbers).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Hello& m) {
  return encoded(m);
}
std::string to_json(const Welcome& m) {
  return encoded(m);
}
std::string to_json(const LeaseGrant& m) {
  return encoded(m);
}
std::string to_json(const ResultChunk& m) {
  return encoded(m);
}
std::string to_json(const KeptFile& m) {
  return encoded(m);
}
std::string to_json(const LeaseFailure& m) {
  return encoded(m);
}
std::string to_json(const Heartbeat& m) {
  return encoded(m);
}
std::string to_json(const HeartbeatAnswer& m) {
  return encoded(m);
}
std::string to_json(const Goodbye& m) {
  return encoded(m);
}

template <class T>
Result<T> from_json(std::string_view text) {
  try {
    T message;
    read(Json::parse(text), NumberReader({}), message);
    return message;
  } catch (const std::exception& error) {
    return invalid(std::string("not a message of protocol v1: ") + error.what());
  }
}

template Result<Hello> from_json(std::string_view);
template Result<Welcome> from_json(std::string_view);
template Result<LeaseGrant> from_json(std::string_view);
template Result<ResultChunk> from_json(std::string_view);
template Result<KeptFile> from_json(std::string_view);
template Result<LeaseFailure> from_json(std::string_view);
template Result<Heartbeat> from_json(std::string_view);
template Result<HeartbeatAnswer> from_json(std::string_view);
template Result<Goodbye> from_json(std::string_view);

}  // namespace flowyard::worker::protocol
