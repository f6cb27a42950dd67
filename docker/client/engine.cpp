#include "docker/client/engine.hpp"

#include "common/tls/tls.hpp"

namespace flowyard::docker {
namespace {

http::Connector connector_for(const EngineAddress& address) {
  if (!address.tls) return http::plain_connector();
  tls::ClientOptions options;
  options.ca_file = address.tls->verify_peer ? address.tls->ca_file : "";
  options.cert_file = address.tls->cert_file;
  options.key_file = address.tls->key_file;
  options.verify = address.tls->verify_peer ? tls::Verify::Peer : tls::Verify::Nothing;
  try {
    return tls::connector(options);
  } catch (const boost::system::system_error& error) {
    throw EngineUnreachable(address, error.what());
  }
}

}  // namespace

Engine::Engine(async::Executor executor, EngineAddress address)
    : requester_(std::make_unique<Requester>(std::move(executor), address, connector_for(address))) {}

Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

const EngineAddress& Engine::address() const {
  return requester_->address();
}

}  // namespace flowyard::docker
