#include "worker/protocol/columns.hpp"

#include <cstring>

#include "worker/protocol/fields.hpp"

namespace flowyard::worker::protocol {
namespace {

constexpr std::string_view kMagic = "FYC1";
constexpr std::size_t kPrefix = kMagic.size() + sizeof(std::uint32_t);

std::size_t rounded_up(std::size_t size) {
  return (size + 7) / 8 * 8;
}

template <class T>
std::string encode(const T& message) {
  ColumnWriter numbers;
  const std::string header = write(message, numbers).dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto& doubles = numbers.collected();
  const auto length = static_cast<std::uint32_t>(header.size());
  const std::size_t start = rounded_up(kPrefix + header.size());
  std::string bytes(start + doubles.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  std::memcpy(bytes.data() + kMagic.size(), &length, sizeof length);
  std::memcpy(bytes.data() + kPrefix, header.data(), header.size());
  if (!doubles.empty()) std::memcpy(bytes.data() + start, doubles.data(), doubles.size() * sizeof(double));
  return bytes;
}

}  // namespace

std::string to_columns(const LeaseGrant& m) {
  return encode(m);
}
std::string to_columns(const ResultChunk& m) {
  return encode(m);
}

template <class T>
Result<T> from_columns(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic || bytes.size() < kPrefix) {
    return invalid("not a columnar body: it does not begin with FYC1");
  }
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + kMagic.size(), sizeof length);
  if (length > bytes.size() - kPrefix) return invalid("a columnar body is cut short");
  const std::size_t start = std::min(bytes.size(), rounded_up(kPrefix + length));
  try {
    T message;
    read(Json::parse(bytes.substr(kPrefix, length)), NumberReader(bytes.substr(start)), message);
    return message;
  } catch (const std::exception& error) {
    return invalid(std::string("not a message of protocol v1: ") + error.what());
  }
}

template Result<LeaseGrant> from_columns(std::string_view);
template Result<ResultChunk> from_columns(std::string_view);

}  // namespace flowyard::worker::protocol
