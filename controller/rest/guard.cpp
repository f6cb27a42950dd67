#include "controller/rest/guard.hpp"

#include <algorithm>

#include "common/http/bearer.hpp"
#include "controller/rest/reply.hpp"

namespace flowyard::controller::rest {
namespace {

// "yard.example" of "yard.example:7700", "::1" of "[::1]:7700".
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool has_port(std::string_view host) {
  return host.find(':', host.starts_with('[') ? host.find(']') : 0) != host.npos;
}

bool is_told(const ApiOptions& options, std::string_view host) {
  return std::any_of(options.hosts.begin(), options.hosts.end(), [host](const std::string& told) {
    return has_port(told) ? http::same_name(told, host) : http::same_name(name_in(told), name_in(host));
  });
}

// A page that has its own name resolve to this machine sends that name; it can send none of these.
bool is_ours(const ApiOptions& options, const http::Request& head) {
  const auto host = head.headers.get("Host");
  const auto name = name_in(host);
  if (name.empty()) return false;
  return http::same_name(name, "localhost") || name == "127.0.0.1" || name == "::1" ||
         name == head.arrived_at || is_told(options, host);
}

// Our own pages have the requested host as origin, or a configured name.
bool is_foreign(const ApiOptions& options, const http::Request& head) {
  const auto origin = head.headers.get("Origin");
  if (origin.empty()) return false;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme)) continue;
    const auto host = origin.substr(scheme.size());
    return !http::same_name(host, head.headers.get("Host")) && !is_told(options, host);
  }
  return true;
}

bool writes(http::Method method) {
  return method != http::Method::Get && method != http::Method::Head;
}

// What is asked by POST and changes nothing: an experiment file travels in the body. /mcp, too, is asked so
// for what only looks; each of its tools asks this guard for what it does.
bool asks_by_post(const http::Request& head) {
  const auto path = http::parse_target(head.target).path;
  return path == "/mcp" || path == "/api/v1/plan" || path == "/api/v1/preview";
}

bool makes_tokens(const http::Request& head) {
  return http::parse_target(head.target).path.starts_with("/api/v1/tokens");
}

std::optional<experiment::Access> access_of(const service::Service& service, const ApiOptions& options,
                                            const http::Request& head) {
  if (http::bears_token(head, options.token.reveal())) return experiment::Access::Full;
  const auto token = http::bearer_of(head);
  return token.empty() ? std::nullopt : service.access_of(token);
}

// What comes to a loopback address comes from this machine: the kernel drops any other.
bool is_from_here(const http::Request& head) {
  return head.arrived_at.starts_with("127.") || head.arrived_at == "::1";
}

bool is_for_all(const http::Request& head) {
  if (writes(head.method)) return false;
  const auto path = http::parse_target(head.target).path;
  if (path == "/healthz" || path == "/readyz") return true;
  return is_from_here(head) && (path == "/metrics" || path == "/api/v1/openapi.yaml");
}

}  // namespace

http::Admission admission(const service::Service& service, const ApiOptions& options,
                          const http::Request& head) {
  if (options.transport == Transport::Unix) return http::Standing::Known;
  if (!is_ours(options, head)) {
    return problem_reply(
        421, "wrong-host",
        "this controller does not answer to that Host; the names that it answers to are told "
        "it with --host NAME or FLOWYARD_HOSTS");
  }
  if (writes(head.method) && is_foreign(options, head)) {
    return problem_reply(403, "foreign-origin", "pages of other sites may not change anything here");
  }
  const auto access = access_of(service, options, head);
  if (access == experiment::Access::ReadOnly && writes(head.method) && !asks_by_post(head)) {
    return problem_reply(403, "read-only", "this token may look at everything and change nothing");
  }
  if (access && writes(head.method) && makes_tokens(head) && service.charge_of(http::bearer_of(head))) {
    return problem_reply(403, "budget", "this token has a budget, and makes and revokes no tokens");
  }
  if (access) return http::Standing::Known;
  if (is_for_all(head)) return http::Standing::Stranger;
  auto response = problem_reply(401, "unauthorized",
                                "send 'Authorization: Bearer TOKEN'; the token is in the controller's data "
                                "folder, in the file 'token', or was made by 'flowyard token create'");
  response.headers.set("WWW-Authenticate", "Bearer realm=\"flowyard\"");
  return response;
}

}  // namespace flowyard::controller::rest
