#include "common/http/endpoint.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <string_view>

namespace flowyard::http {

namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un holds 108 bytes, one of them the end

Result<Endpoint> unix_endpoint(std::string_view path, const std::string& url) {
  if (path.empty() || path.front() != '/')
    return invalid("'" + url + "': a unix socket is given by its absolute path, as in unix:///run/x.sock");
  if (path.size() > kLongestSocketPath)
    return invalid("'" + url + "': the path of a unix socket may be at most 107 bytes long, this one has " +
                   std::to_string(path.size()));
  return Endpoint{.kind = Endpoint::Kind::Unix, .path = std::string(path), .host = {}, .port = 0};
}

Result<Endpoint> net_endpoint(Endpoint::Kind kind, std::string_view rest, std::uint16_t default_port,
                              const std::string& url) {
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return invalid("'" + url + "': expected only a host and a port after '://'");
  Endpoint endpoint{.kind = kind, .path = {}, .host = {}, .port = default_port};
  std::string_view host = rest;
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return invalid("'" + url + "': missing ']' after the IPv6 address");
    host = rest.substr(1, close - 1);
    port = rest.substr(close + 1);
  } else if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    host = rest.substr(0, colon);
    port = rest.substr(colon);
  }
  if (host.empty()) return invalid("'" + url + "': the host is missing");
  endpoint.host = std::string(host);
  if (port.empty() && default_port != 0) return endpoint;
  if (!port.starts_with(':')) return invalid("'" + url + "': the port is missing, as in host:8080");
  const auto* end = port.data() + port.size();
  const auto [stop, failed] = std::from_chars(port.data() + 1, end, endpoint.port);
  if (failed != std::errc{} || stop != end)
    return invalid("'" + url + "': '" + std::string(port.substr(1)) + "' is not a port (0 to 65535)");
  return endpoint;
}

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& url) {
  const std::string_view view = url;
  const auto after = [&](std::string_view scheme) { return view.substr(scheme.size()); };
  if (view.starts_with("unix://")) return unix_endpoint(after("unix://"), url);
  if (view.starts_with("http://")) return net_endpoint(Endpoint::Kind::Tcp, after("http://"), 80, url);
  if (view.starts_with("https://")) return net_endpoint(Endpoint::Kind::Tls, after("https://"), 443, url);
  if (view.starts_with("tcp://")) return net_endpoint(Endpoint::Kind::Tcp, after("tcp://"), 0, url);
  return invalid("'" + url +
                 "' is not an endpoint: expected unix:///path, http://host:port, "
                 "https://host:port or tcp://host:port");
}

Result<Endpoint> parse_listen_address(const std::string& address) {
  return net_endpoint(Endpoint::Kind::Tcp, address, 0, address);
}

bool is_local(const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::Unix || endpoint.host == "localhost") return true;
  in_addr four{};
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, endpoint.host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::string to_string(const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::Unix) return "unix://" + endpoint.path;
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + endpoint.host + "]" : endpoint.host;
  const char* scheme = endpoint.kind == Endpoint::Kind::Tls ? "https://" : "http://";
  return scheme + host + ":" + std::to_string(endpoint.port);
}

}  // namespace flowyard::http
