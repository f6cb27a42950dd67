#include "controller/experiment/file/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace flowyard::controller::experiment::file {

void Diagnostics::add(Error error) {
  const bool known = std::any_of(errors_.begin(), errors_.end(), [&](const Error& e) {
    return e.location == error.location && e.message == error.message;
  });
  if (!known) errors_.push_back(std::move(error));
}

void Diagnostics::add(const Errors& errors) {
  for (const auto& error : errors) add(error);
}

Errors Diagnostics::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::tie(a.location.file, a.location.line, a.location.column) <
           std::tie(b.location.file, b.location.line, b.location.column);
  });
  return std::exchange(errors_, {});
}

}  // namespace flowyard::controller::experiment::file
