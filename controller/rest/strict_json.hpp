// The strict reader of described bodies, for what people write, too: an unknown member, one of another type
// and one that is missing are errors that name it; null is as absent. Internal, as described_json.hpp
// is.
#pragma once

#include <algorithm>

#include "common/base/suggest.hpp"
#include "controller/rest/described_json.hpp"

namespace flowyard::controller::rest {

[[noreturn]] inline void refuse(std::string message) {
  throw ErrorException(invalid(std::move(message)));
}

// `name`: of the member, for messages.
inline void read_strictly(const Json& json, const std::string& name, std::string& into) {
  if (!json.is_string()) refuse(name + " must be a string");
  into = json.get<std::string>();
}

inline void read_strictly(const Json& json, const std::string& name, Base64& into) {
  if (!json.is_string()) refuse(name + " must be base64");
  auto bytes = from_base64(json.get_ref<const std::string&>());
  if (!bytes) refuse(name + " must be base64");
  into.bytes = std::move(*bytes);
}

inline void read_strictly(const Json& json, const std::string& name, bool& into) {
  if (!json.is_boolean()) refuse(name + " must be true or false");
  into = json.get<bool>();
}

// JSON has one kind of number: 7.0 is as whole as 7.
inline std::optional<std::uint64_t> whole_number_in(const Json& json) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  const double value = json.is_number_float() ? json.get<double>() : -1;
  constexpr double kBeyond = 18446744073709551616.0;  // 2^64
  if (value < 0 || value >= kBeyond || value != std::floor(value)) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

inline void read_strictly(const Json& json, const std::string& name, std::uint64_t& into) {
  const auto number = whole_number_in(json);
  if (!number) refuse(name + " must be a whole number that is not negative");
  into = *number;
}

template <std::uint64_t least, std::uint64_t most>
void read_strictly(const Json& json, const std::string& name, Whole<least, most>& into) {
  constexpr bool kBounded = most != std::numeric_limits<std::uint64_t>::max();
  const auto number = whole_number_in(json);
  if (!number || *number < least || *number > most) {
    refuse(name + " must be a whole number" +
           (kBounded ? " from " + std::to_string(least) + " to " + std::to_string(most)
                     : ", at least " + std::to_string(least)));
  }
  into.value = *number;
}

template <Described T>
void read_strictly(const Json& json, const std::string& name, T& into);
template <class T>
void read_strictly(const Json& json, const std::string& name, std::vector<T>& into) {
  if (!json.is_array()) refuse(name + " must be an array");
  for (const auto& item : json) read_strictly(item, name, into.emplace_back());
}

template <class T>
void read_strictly(const Json& json, const std::string& name, std::optional<T>& into) {
  read_strictly(json, name, into.emplace());
}

// Owner: the struct; Value: its member that is absent.
template <class Owner, class Value>
void refuse_absent() {
  if constexpr (!kIsOptional<Value>) refuse(Owner::kMissing);
}

template <Described T>
void read_strictly(const Json& json, const std::string&, T& into) {
  if (!json.is_object()) refuse(std::string(T::kWhere) + " must be an object");
  std::vector<std::string> known;
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) { known.emplace_back(member.name); });
  for (const auto& item : json.items()) {
    if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
    refuse("unknown member '" + item.key() + "' in " + T::kWhere + suggestion(item.key(), known));
  }
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    auto& of = into.*member.pointer;
    const auto found = json.find(member.name);
    const bool there = found != json.end() && !found->is_null();
    if (there) read_strictly(*found, member.name, of);
    if (!there) refuse_absent<T, std::remove_cvref_t<decltype(of)>>();
  });
}

// A whole body; Invalid for what is no JSON and for what `read_strictly` refuses.
template <Described T>
Result<T> read_strict_body(std::string_view text) {
  try {
    T body;
    read_strictly(Json::parse(text), "", body);
    return body;
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

}  // namespace flowyard::controller::rest
