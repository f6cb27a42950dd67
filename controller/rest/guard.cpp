#include "controller/rest/guard.hpp"

#include <algorithm>

#include "common/http/bearer.hpp"
#include "controller/rest/reply.hpp"

namespace flowyard::controller::rest {
namespace {

bool is_ours(const ApiOptions& options, std::string_view host) {
  return std::find(options.hosts.begin(), options.hosts.end(), host) != options.hosts.end();
}

bool is_foreign(const ApiOptions& options, std::string_view origin) {
  if (origin.empty()) return false;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme) && is_ours(options, origin.substr(scheme.size()))) return false;
  }
  return true;
}

bool writes(http::Method method) {
  return method != http::Method::Get && method != http::Method::Head;
}

}  // namespace

http::Admission admission(const ApiOptions& options, const http::Request& head) {
  if (options.transport == Transport::Unix) return http::Standing::Known;
  if (!is_ours(options, head.headers.get("Host"))) {
    return problem_reply(421, "wrong-host", "this controller does not answer to that Host");
  }
  if (writes(head.method) && is_foreign(options, head.headers.get("Origin"))) {
    return problem_reply(403, "foreign-origin", "pages of other sites may not change anything here");
  }
  if (http::bears_token(head, options.token.reveal())) return http::Standing::Known;
  if (head.target == "/healthz") return http::Standing::Stranger;
  auto response = problem_reply(401, "unauthorized",
                                "send 'Authorization: Bearer TOKEN'; the token is in the controller's data "
                                "folder, in the file 'token'");
  response.headers.set("WWW-Authenticate", "Bearer realm=\"flowyard\"");
  return response;
}

}  // namespace flowyard::controller::rest
