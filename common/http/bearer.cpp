#include "common/http/bearer.hpp"

namespace flowyard::http {

bool same_secret(std::string_view given, std::string_view secret) {
  // volatile keeps the compiler from leaving the loop early
  volatile unsigned char difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (given[i] ^ secret[i % secret.size()]));
  }
  return difference == 0;
}

std::string_view bearer_of(const Request& request) {
  const auto given = request.headers.get("Authorization");
  const auto blank = given.find(' ');
  if (blank == given.npos || !same_name(given.substr(0, blank), "Bearer")) return {};
  const auto begin = given.find_first_not_of(' ', blank);
  return begin == given.npos ? std::string_view() : given.substr(begin);
}

bool bears_token(const Request& request, std::string_view token) {
  const auto given = bearer_of(request);
  return !token.empty() && !given.empty() && same_secret(given, token);
}

}  // namespace flowyard::http
