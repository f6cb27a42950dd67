#include "docker/engine.hpp"

namespace flowyard::docker {

Engine::Engine(async::Executor executor, EngineAddress address)
    : requester_(
          std::make_unique<Requester>(std::move(executor), std::move(address), http::plain_connector())) {}

Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

const EngineAddress& Engine::address() const {
  return requester_->address();
}

}  // namespace flowyard::docker
