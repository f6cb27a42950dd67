#include "tests/support/fake_controller.hpp"

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace flowyard::test {

FakeController::FakeController() : service_(io_.get_executor()) {
  furnish(service_);
}

FakeController::~FakeController() {
  stop();
}

void FakeController::start() {
  std::filesystem::create_directories(folder_ / "run");
  const http::Endpoint endpoint{.kind = http::Endpoint::Kind::Unix, .path = socket(), .host = {}, .port = 0};
  auto handler = controller::rest::make_handler(service_, {});
  server_ = std::make_unique<http::Server>(io_.get_executor(), endpoint, std::move(handler),
                                           http::ServerOptions{}, Log{});
  work_.emplace(io_.get_executor());
  thread_ = std::thread([this] { io_.run(); });
}

async::Task<> FakeController::close() {
  co_await server_->close();
  work_.reset();
}

void FakeController::stop() {
  if (!thread_.joinable()) return;
  boost::asio::co_spawn(io_, close(), boost::asio::detached);
  thread_.join();
  server_.reset();
}

}  // namespace flowyard::test
