// The JSON Schema of described structs, as OpenAPI has it, without the descriptions for people. A row of the
// table of routes names what it takes and what it answers so, and a test holds docs/openapi.yaml against it.
// Internal, as described_json.hpp is.
//
// What is no optional is required. An optional may be null, or absent where the struct is an OmitsAbsent. A
// body that is read strictly allows no other member.
#pragma once

#include "controller/rest/described_json.hpp"

namespace flowyard::controller::rest {

template <class T>
Json schema_of_described();
template <class T>
Json schema_of_enum();

template <class T>
struct Schema {
  static Json make() {
    if constexpr (Described<T>) {
      return schema_of_described<T>();
    } else if constexpr (std::is_enum_v<T>) {
      return schema_of_enum<T>();
    } else if constexpr (std::is_same_v<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (std::is_integral_v<T>) {
      return {{"type", "integer"}};
    } else if constexpr (std::is_floating_point_v<T>) {
      return {{"type", "number"}};
    } else {
      static_assert(std::is_same_v<T, std::string>, "a Schema is missing for this type");
      return {{"type", "string"}};
    }
  }
};
template <>
struct Schema<TimePoint> {
  static Json make() { return {{"type", "string"}, {"format", "date-time"}}; }
};
template <>
struct Schema<Base64> {
  static Json make() { return {{"type", "string"}, {"contentEncoding", "base64"}}; }
};
template <class Tag>
struct Schema<Id<Tag>> {
  static Json make() { return {{"type", "integer"}}; }
};
template <std::uint64_t least, std::uint64_t most>
struct Schema<Whole<least, most>> {
  static Json make() {
    Json schema = {{"type", "integer"}, {"minimum", least}};
    if (most != std::numeric_limits<std::uint64_t>::max()) schema["maximum"] = most;
    return schema;
  }
};
template <>
struct Schema<experiment::EventValue> {
  static Json make() { return {{"type", {"string", "integer"}}}; }
};
template <class T>
struct Schema<std::optional<T>> : Schema<T> {};
template <class T>
struct Schema<std::vector<T>> {
  static Json make() { return {{"type", "array"}, {"items", Schema<T>::make()}}; }
};
template <class T>
struct Schema<std::map<std::string, T>> {
  static Json make() { return {{"type", "object"}, {"additionalProperties", Schema<T>::make()}}; }
};

// Values count from 0; to_string gives the word of each, and none of those words beyond the last.
template <class T>
Json schema_of_enum() {
  Json words = Json::array();
  for (int i = 0; from_word(to_string(static_cast<T>(i)), T{}) == static_cast<T>(i); ++i) {
    words.push_back(to_string(static_cast<T>(i)));
  }
  return {{"enum", std::move(words)}};
}

template <class T>
Json schema_of_described() {
  Json properties = Json::object(), required = Json::array();
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    using Value = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    Json& property = properties[member.name] = Schema<Value>::make();
    if constexpr (!kIsOptional<Value> || !OmitsAbsent<T>) required.push_back(member.name);
    if constexpr (kIsOptional<Value> && !OmitsAbsent<T>) {
      property["type"] = Json::array({property["type"], "null"});
    }
  });
  Json schema = {{"type", "object"}};
  if (!required.empty()) schema["required"] = std::move(required);
  if constexpr (requires { T::kWhere; }) schema["additionalProperties"] = false;
  schema["properties"] = std::move(properties);
  return schema;
}

// As text, for the table of routes, whose header knows no JSON.
template <class T>
std::string json_schema() {
  return dump(Schema<T>::make());
}

}  // namespace flowyard::controller::rest
