// EngineAddress: where the Docker Engine is to be reached, and how it is found from the environment in the
// way that Docker's own client does. Plain values, no I/O.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/http/endpoint.hpp"

namespace flowyard::docker {

struct EngineTls {
  std::string ca_file;    // certificate authority; unused when not verifying
  std::string cert_file;  // the client certificate
  std::string key_file;
  bool verify_peer = true;

  bool operator==(const EngineTls&) const = default;
};

struct EngineAddress {
  http::Endpoint endpoint;
  std::optional<EngineTls> tls;  // set exactly when the endpoint's kind is Tls

  bool operator==(const EngineAddress&) const = default;
};

// The value of an environment variable; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// The environment of this process.
Environment process_environment();

// The socket of a local Engine that was installed by a package.
EngineAddress local_engine();

// DOCKER_HOST (unix://, tcp://, http://, https://), or local_engine() where it is empty. A TCP address uses
// TLS when DOCKER_TLS_VERIFY is not empty (the peer's certificate is verified) or DOCKER_CERT_PATH is set (it
// is not, as Docker's client has it); ca.pem, cert.pem and key.pem are looked for in DOCKER_CERT_PATH, else
// in ~/.docker. Invalid for schemes that need another program (ssh, npipe, fd).
Result<EngineAddress> address_from_environment(const Environment& environment);

// As DOCKER_HOST has it, for messages.
std::string to_string(const EngineAddress& address);

}  // namespace flowyard::docker
