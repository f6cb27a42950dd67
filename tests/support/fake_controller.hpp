// FakeController: a FakeService behind the real REST face on a real unix socket, in a thread of its own, so
// that whole commands can run against it.
#pragma once

#include <optional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "controller/rest/handler.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::test {

class FakeController {
 public:
  FakeController();
  ~FakeController();
  FakeController(const FakeController&) = delete;
  FakeController& operator=(const FakeController&) = delete;

  // Set it up before start() only.
  FakeService& service() { return service_; }
  void start();
  void stop();  // after it, the service may be looked at

  const std::string& folder() const { return folder_.path(); }
  std::string socket() const { return folder_ / "run/controller.sock"; }

 private:
  async::Task<> close();

  TemporaryFolder folder_;
  boost::asio::io_context io_;
  FakeService service_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

}  // namespace flowyard::test
