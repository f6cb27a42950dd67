#include "common/base/integration_method.hpp"

#include <algorithm>

#include "common/base/suggest.hpp"
#include "common/base/text.hpp"

namespace flowyard {
namespace {

struct OtherName {
  const char* name;
  std::size_t method;
};

// "gear" is for stiff models, which the adaptive method solves too, in small steps. Vensim's "difference" is
// Euler's method.
constexpr OtherName kOtherNames[] = {{"rk45", 3},        {"rkf45", 3},     {"rk4auto", 3}, {"rk2auto", 3},
                                     {"rkauto", 3},      {"dopri", 3},     {"gear", 3},    {"rk4fixed", 2},
                                     {"rungekutta4", 2}, {"rk2fixed", 1},  {"heun", 1},    {"rungekutta2", 1},
                                     {"eulers", 0},      {"difference", 0}};

}  // namespace

std::optional<std::size_t> integration_method(std::string_view name) {
  std::string word = lower(name);
  std::erase_if(word, [](char c) { return c == ' ' || c == '_' || c == '-' || c == '\''; });
  for (std::size_t i = 0; i < kIntegrationMethods.size(); ++i)
    if (word == kIntegrationMethods[i]) return i;
  for (const OtherName& other : kOtherNames)
    if (word == other.name) return other.method;
  return std::nullopt;
}

std::vector<std::string> integration_method_names() {
  std::vector<std::string> names(kIntegrationMethods.begin(), kIntegrationMethods.end());
  names.emplace_back("rk45");
  return names;
}

std::string unknown_integration_method(std::string_view name) {
  const std::vector<std::string> known(kIntegrationMethods.begin(), kIntegrationMethods.end());
  return "unknown method '" + std::string(name) + "'" + suggestion(name, known);
}

}  // namespace flowyard
