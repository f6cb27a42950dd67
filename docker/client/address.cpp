#include "docker/client/address.hpp"

#include <cstdlib>
#include <string_view>

namespace flowyard::docker {
namespace {

constexpr const char* kForms = "DOCKER_HOST must be unix:///path or tcp://host:port";

std::string value_or_empty(const Environment& environment, const char* name) {
  return environment(name).value_or("");
}

EngineTls tls_from(const std::string& folder, bool verify) {
  return EngineTls{.ca_file = folder + "/ca.pem",
                   .cert_file = folder + "/cert.pem",
                   .key_file = folder + "/key.pem",
                   .verify_peer = verify};
}

Result<http::Endpoint> endpoint_of(std::string host) {
  for (const char* scheme : {"ssh://", "npipe://", "fd://"}) {
    if (host.starts_with(scheme)) {
      return invalid("DOCKER_HOST=" + host + ": " + scheme + " is not supported; " + kForms);
    }
  }
  if (host.find("://") == std::string::npos) host = "tcp://" + host;
  auto endpoint = http::parse_endpoint(host);
  if (!endpoint) {
    return invalid("DOCKER_HOST=" + host + ": " + endpoint.error().message + "; " + kForms);
  }
  return endpoint;
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (!value) return std::nullopt;
    return std::string(value);
  };
}

EngineAddress local_engine() {
  http::Endpoint endpoint;
  endpoint.kind = http::Endpoint::Kind::Unix;
  endpoint.path = "/var/run/docker.sock";
  return EngineAddress{.endpoint = std::move(endpoint), .tls = std::nullopt};
}

Result<EngineAddress> address_from_environment(const Environment& environment) {
  const std::string host = value_or_empty(environment, "DOCKER_HOST");
  if (host.empty()) return local_engine();
  auto endpoint = endpoint_of(host);
  if (!endpoint) return endpoint.error();

  EngineAddress address{.endpoint = *endpoint, .tls = std::nullopt};
  if (address.endpoint.kind == http::Endpoint::Kind::Unix) return address;

  const bool verify = !value_or_empty(environment, "DOCKER_TLS_VERIFY").empty();
  std::string folder = value_or_empty(environment, "DOCKER_CERT_PATH");
  const bool wanted = verify || !folder.empty() || address.endpoint.kind == http::Endpoint::Kind::Tls;
  if (!wanted) return address;
  if (folder.empty()) folder = value_or_empty(environment, "HOME") + "/.docker";
  address.endpoint.kind = http::Endpoint::Kind::Tls;
  // An https address is verified by default: only DOCKER_CERT_PATH without DOCKER_TLS_VERIFY turns that off.
  const bool unverified = !verify && !value_or_empty(environment, "DOCKER_CERT_PATH").empty();
  address.tls = tls_from(folder, !unverified);
  return address;
}

std::string to_string(const EngineAddress& address) {
  return http::to_string(address.endpoint);
}

}  // namespace flowyard::docker
