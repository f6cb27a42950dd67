// The JSON of described structs (BOOST_DESCRIBE_STRUCT), both ways: a member travels under its own name,
// those of a base first, in the order of the description. Internal: includes nlohmann, so only .cpp files of
// this room include it.
//
// Times are RFC 3339, enums are their words, ids are numbers, bytes are base64, and null is a number that is
// not finite or an optional without a value, which is left out instead where the struct is an OmitsAbsent.
// The reader is lenient: what is absent or null keeps its default, and so does a word that is not known.
// strict_json.hpp has the other reader.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>

#include "common/base/base64.hpp"
#include "controller/experiment/experiment_state.hpp"
#include "controller/experiment/worker.hpp"
#include "controller/rest/bodies.hpp"
#include "controller/rest/json.hpp"

namespace flowyard::controller::rest {

template <class T>
using MembersOf =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

template <class T>
concept OmitsAbsent = T::kOmitsAbsent;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// The writers are declared first, since the values of a container may be any of them.
template <class T>
Json json_of(const T& value);
template <class T>
Json json_of(const std::optional<T>& value);
template <class T>
Json json_of(const std::vector<T>& values);
inline Json json_of(double value) {
  return number(value);
}
inline Json json_of(TimePoint time) {
  return to_rfc3339(time);
}
template <class Tag>
Json json_of(Id<Tag> id) {
  return id.value;
}
template <std::uint64_t least, std::uint64_t most>
Json json_of(Whole<least, most> number) {
  return number.value;
}
inline Json json_of(const Base64& bytes) {
  return to_base64(bytes.bytes);
}
inline Json json_of(const std::map<std::string, double>& values) {
  return numbers(values);
}

inline Json json_of(const experiment::EventValue& value) {
  return std::visit([](const auto& one) { return Json(one); }, value);
}
inline Json json_of(const std::map<std::string, experiment::EventValue>& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = json_of(value);
  return object;
}

template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? json_of(*value) : Json(nullptr);
}

template <class T>
Json json_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(json_of(value));
  return array;
}

template <class T>
Json json_of(const T& value) {
  if constexpr (Described<T>) {
    Json object = Json::object();
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
      const auto& of = value.*member.pointer;
      if constexpr (OmitsAbsent<T> && kIsOptional<std::remove_cvref_t<decltype(of)>>) {
        if (!of) return;
      }
      object[member.name] = json_of(of);
    });
    return object;
  } else if constexpr (std::is_enum_v<T>) {
    return to_string(value);
  } else {
    return value;
  }
}

inline auto from_word(std::string_view word, experiment::ExperimentState) {
  return experiment::experiment_state_from(word);
}
inline auto from_word(std::string_view word, experiment::WorkerState) {
  return experiment::worker_state_from(word);
}
inline auto from_word(std::string_view word, experiment::DeathCause) {
  return experiment::death_cause_from(word);
}

template <class T>
T described_from(const Json& json);

template <class T>
void read_member(const Members& members, const char* name, T& into) {
  if constexpr (std::is_enum_v<T>) {
    std::string word;
    members.get(name, word);
    into = from_word(word, into).value_or(into);
  } else {
    members.get(name, into);
  }
}

inline void read_member(const Members& members, const char* name,
                        std::map<std::string, experiment::EventValue>& into) {
  const Json* values = members.find(name);
  if (!values) return;
  for (const auto& [key, value] : values->items()) {
    if (value.is_number()) {
      into[key] = value.get<std::int64_t>();
    } else {
      into[key] = value.get<std::string>();
    }
  }
}

template <class T>
void read_member(const Members& members, const char* name, std::vector<T>& into) {
  if constexpr (Described<T>) {
    const Json* values = members.find(name);
    if (!values) return;
    for (const auto& value : *values) into.push_back(described_from<T>(value));
  } else {
    members.get(name, into);
  }
}

template <class T>
void read_member(const Members& members, const char* name, std::optional<T>& into) {
  const Json* value = members.find(name);
  if (!value) return;
  if constexpr (Described<T>) {
    into = described_from<T>(*value);
  } else {
    read_member(members, name, into.emplace());
  }
}

// Throws for what is no object and for members of another type; read_as makes an Error of it.
template <class T>
T described_from(const Json& json) {
  const Members members(json);
  T value;
  boost::mp11::mp_for_each<MembersOf<T>>(
      [&](auto member) { read_member(members, member.name, value.*member.pointer); });
  return value;
}

// One described struct as the text of a body, and back. `what` is for the message: "cannot read a plan: ...".
template <class T>
std::string described_text(const T& value) {
  return dump(json_of(value));
}
template <class T>
Result<T> read_described(std::string_view text, const char* what) {
  return read_as(text, what, described_from<T>);
}

}  // namespace flowyard::controller::rest
