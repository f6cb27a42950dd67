// What tests of readers and of the compiler look at: codes and places. The sentences stand in
// tests/golden/diagnostics, once.
#pragma once

#include <string>

#include "common/base/diagnostic_code.hpp"
#include "common/base/result.hpp"

namespace flowyard::test {

// "m.mdl:3:7 unknown-name".
inline std::string place_and_code(const Error& error) {
  const std::string place = to_string(error.location);
  return place + (place.empty() ? "" : " ") + std::string(to_string(error.diagnostic.value()));
}

// One line for each error; nothing where there are none.
inline std::string places_and_codes(const Errors& errors) {
  std::string all;
  for (const Error& error : errors) all += place_and_code(error) + "\n";
  return all;
}

}  // namespace flowyard::test
