// The few things all JSON conversions of this room share. Internal: includes nlohmann, so only .cpp files of
// this room include it.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "common/base/ids.hpp"
#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "controller/rest/time.hpp"

namespace flowyard::controller::rest {

using Json = nlohmann::ordered_json;

// JSON has no NaN: what is not finite travels as null.
inline Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

inline Json numbers(const std::map<std::string, double>& values) {
  Json object = Json::object();
  for (const auto& [key, value] : values) object[key] = number(value);
  return object;
}

// Text from logs and models may hold bytes that are not UTF-8; they are replaced rather than refused.
inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Reads members of an object; what is absent or null keeps its default, so that an older program understands
// a newer one. A member of another type throws nlohmann's type_error, which read_as catches.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {
    if (!object.is_object()) throw std::invalid_argument("not an object");
  }

  const Json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  template <class T>
  void get(const char* key, T& into) const {
    if (const Json* member = find(key)) into = member->get<T>();
  }

  // A number that may be null, which is NaN.
  void get(const char* key, double& into) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return;
    into = found->is_null() ? std::numeric_limits<double>::quiet_NaN() : found->get<double>();
  }

  void get(const char* key, std::map<std::string, double>& into) const {
    const Json* member = find(key);
    if (!member) return;
    const Members values(*member);
    for (const auto& [name, value] : member->items()) values.get(name.c_str(), into[name]);
  }

  void get(const char* key, TimePoint& into) const {
    if (const Json* member = find(key)) into = parse_rfc3339(member->get<std::string>()).value();
  }

  void get(const char* key, std::optional<TimePoint>& into) const {
    if (find(key)) get(key, into.emplace());
  }

  template <class Tag>
  void get(const char* key, Id<Tag>& into) const {
    get(key, into.value);
  }

 private:
  const Json& object_;
};

// Parses `text` and converts it with `convert`; whatever is wrong with it becomes one Error.
template <class Convert>
auto read_as(std::string_view text, const char* what, Convert convert)
    -> Result<decltype(convert(std::declval<const Json&>()))> {
  try {
    return convert(Json::parse(text));
  } catch (const std::exception& error) {
    return failure(ErrorCode::Internal, std::string("cannot read ") + what + ": " + error.what());
  }
}

}  // namespace flowyard::controller::rest
