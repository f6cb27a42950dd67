#include "common/http/bearer.hpp"

namespace flowyard::http {
namespace {

bool same_secret(std::string_view given, std::string_view secret) {
  // volatile keeps the compiler from leaving the loop early
  volatile unsigned char difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (given[i] ^ secret[i % secret.size()]));
  }
  return difference == 0;
}

}  // namespace

bool bears_token(const Request& request, std::string_view token) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto given = request.headers.get("Authorization");
  return !token.empty() && given.starts_with(kScheme) && same_secret(given.substr(kScheme.size()), token);
}

}  // namespace flowyard::http
