// TLS for the HTTP client and server: a Connector and an Acceptance that wrap sockets in TLS 1.2 or later.
// Apart from common/http so that programs without it (the worker) link no OpenSSL.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "common/http/client.hpp"
#include "common/http/server.hpp"

namespace flowyard::tls {

enum class Verify { Peer, Nothing };

struct ClientOptions {
  std::string ca_file;    // PEM; empty: the authorities that the system trusts
  std::string cert_file;  // PEM chain of the client certificate; empty: none
  std::string key_file;   // its PEM key
  Verify verify = Verify::Peer;
  std::string server_name;  // the name that the certificate must have; empty: the endpoint's host
};

// Reads the files at once; throws system_error naming the one that is wrong. Connecting throws
// http::ConnectFailed when the handshake fails. A server that refuses our certificate says so only after the
// handshake (TLS 1.3), so that refusal comes as the failure of the first request.
http::Connector connector(const ClientOptions& options);

struct ServerOptions {
  std::string cert_file;       // PEM chain
  std::string key_file;        // its PEM key
  std::string client_ca_file;  // PEM; if given, clients must show a certificate of this authority
};

// Reads the files at once; throws as above. They are checked with every connection and read again when they
// have changed; if they are unusable then (partly written, for example), that is logged and the last usable
// ones stay in force. Use it on one executor.
http::Acceptance acceptance(ServerOptions options, Log log = {});

}  // namespace flowyard::tls
