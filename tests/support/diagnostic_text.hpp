// What tests of readers and of the compiler look at: codes and places. The sentences stand in
// tests/golden/diagnostics, once.
#pragma once

#include <string>
#include <vector>

#include "common/base/diagnostic_code.hpp"
#include "common/base/result.hpp"
#include "controller/model/model.hpp"

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

// "3: ambiguous-name": the line alone, where a test's text has one file.
inline std::vector<std::string> lines_and_codes(const std::vector<controller::model::Warning>& warnings) {
  std::vector<std::string> all;
  for (const auto& warning : warnings)
    all.push_back(std::to_string(warning.location.line) + ": " + std::string(to_string(warning.diagnostic)));
  return all;
}

}  // namespace flowyard::test
