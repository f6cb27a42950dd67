// Session: one worker's life with its controller: hello, then lease, compute and send results over and over,
// with concurrent heartbeats, then goodbye. Owned by main; runs on one serial executor, and computes in a
// thread of its own so that heartbeats go on.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/signal_set.hpp>

#include "common/async/blocking.hpp"
#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "worker/app/controller_link.hpp"
#include "worker/app/interrupt.hpp"
#include "worker/app/runner.hpp"

namespace flowyard::worker::app {

class Session {
 public:
  Session(async::Executor executor, http::Endpoint controller, Identity identity, Runner& runner, Log log);

  // Returns when the controller has no more work, a signal asks it to end, or the controller is lost.
  // std::bad_alloc passes through.
  async::Task<ExitCode> run();

 private:
  // State of the current lease.
  struct Work {
    std::int64_t lease = 0;
    std::string token;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t computed = 0;
    std::uint64_t failed = 0;
    double compute_seconds = 0;
    bool dropped = false;  // it is not ours any more
    Interrupt::Clock::time_point told_at;
  };

  async::Task<> serve_leases();
  async::Task<std::optional<protocol::LeaseGrant>> next_lease();
  async::Task<> work_on(protocol::LeaseGrant grant);
  async::Task<Result<void>> fetch_material(MaterialName name);
  async::Task<> compute_and_send();
  async::Task<std::optional<protocol::ResultChunk>> compute();
  async::Task<bool> send_files(protocol::ResultChunk& chunk);
  async::Task<bool> send(protocol::ResultChunk chunk);
  async::Task<> refused(const char* what, http::Response response);
  async::Task<> report_failure(std::string message);
  async::Task<> say_goodbye();

  async::Task<> beat();
  void heed(const protocol::HeartbeatAnswer& answer);
  async::Task<> await_signals();
  void end(WorkerExit ending, Interrupt::Clock::duration grace);
  async::Task<> wait_for_idle_end();
  async::Task<> wait_for_hard_end();
  // The answer, or nothing when the session ends meanwhile.
  async::Task<std::optional<http::Response>> ask_while_idle(http::Request request, Milliseconds limit);
  async::Task<std::optional<http::Response>> ask_while_working(http::Request request, Milliseconds limit);

  Runner& runner_;
  Log log_;
  ControllerLink link_;
  async::BlockingPool pool_{1};
  Interrupt interrupt_;
  Work work_;
  bool leaving_ = false;              // finish what is held, then end
  std::optional<WorkerExit> ending_;  // end now
  async::Event changed_;              // of the two above
  boost::asio::signal_set signals_;
  async::TaskGroup group_;
};

}  // namespace flowyard::worker::app
