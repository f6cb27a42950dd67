// Endpoint: where an HTTP server is to be reached or listens.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace flowyard::http {

struct Endpoint {
  enum class Kind { Unix, Tcp, Tls };
  Kind kind = Kind::Tcp;
  std::string path;  // Unix: the socket file, at most 107 bytes
  std::string host;  // Tcp, Tls: name or address; IPv6 without brackets
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

// "unix:///run/x.sock", "http://host:port", "https://host:port", "tcp://host:port" (as DOCKER_HOST has it).
Result<Endpoint> parse_endpoint(const std::string& url);
std::string to_string(const Endpoint& endpoint);

// "host:port", where to listen with TCP. Both are required: there is no default port.
Result<Endpoint> parse_listen_address(const std::string& address);

// Whether only this machine can reach it: a unix socket, "localhost", 127.0.0.0/8 or ::1.
bool is_local(const Endpoint& endpoint);

}  // namespace flowyard::http
