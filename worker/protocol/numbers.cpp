#include "worker/protocol/numbers.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace flowyard::worker::protocol {

static_assert(std::endian::native == std::endian::little, "columns are little-endian and copied as they are");

Json number_to(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

double number_from(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  throw std::invalid_argument("a number, null, \"Infinity\" or \"-Infinity\" is expected");
}

Json InlineWriter::write(const std::vector<double>& values) {
  Json array = Json::array();
  for (double value : values) array.push_back(number_to(value));
  return array;
}

Json ColumnWriter::write(const std::vector<double>& values) {
  Json place{{"at", collected_.size()}, {"count", values.size()}};
  collected_.insert(collected_.end(), values.begin(), values.end());
  return place;
}

std::vector<double> NumberReader::read(const Json& value) const {
  std::vector<double> values;
  if (value.is_array()) {
    values.reserve(value.size());
    for (const auto& number : value) values.push_back(number_from(number));
    return values;
  }
  if (!value.is_object()) throw std::invalid_argument("an array of numbers is expected");
  const auto at = value.at("at").get<std::uint64_t>();
  const auto count = value.at("count").get<std::uint64_t>();
  const std::uint64_t there = columns_.size() / sizeof(double);
  if (at > there || count > there - at) throw std::invalid_argument("an array lies outside the body");
  values.resize(count);
  if (count > 0) std::memcpy(values.data(), columns_.data() + at * sizeof(double), count * sizeof(double));
  return values;
}

}  // namespace flowyard::worker::protocol
