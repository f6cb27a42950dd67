#include "common/http/method.hpp"

#include <cstddef>
#include <iterator>

namespace flowyard::http {
namespace {

// In the order of the enum.
constexpr std::string_view kWords[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
static_assert(std::size(kWords) == static_cast<std::size_t>(Method::Options) + 1);

}  // namespace

std::string_view to_string(Method method) {
  return kWords[static_cast<std::size_t>(method)];
}

std::optional<Method> method_from(std::string_view word) {
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (kWords[i] == word) return static_cast<Method>(i);
  }
  return std::nullopt;
}

}  // namespace flowyard::http
