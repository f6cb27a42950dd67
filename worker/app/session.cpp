#include "worker/app/session.hpp"

#include <csignal>

#include "common/async/until.hpp"
#include "worker/app/human_format.hpp"
#include "worker/app/own_usage.hpp"
#include "worker/app/requests.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

using namespace std::chrono_literals;

// Time limits after a signal: for computing, for sending results, and for the goodbye. Together below the 10
// s that `docker stop` waits before it kills.
constexpr Milliseconds kComputeGrace = 2s;
constexpr Milliseconds kSendGrace = 4s;
constexpr Milliseconds kGoodbyeLimit = 1s;

constexpr Milliseconds kAnswerLimit = 30s;
constexpr Milliseconds kMostBetweenProgress = 10s;

Milliseconds span(double seconds) {
  return Milliseconds(static_cast<Milliseconds::rep>(seconds * 1000));
}

}  // namespace

Session::Session(async::Executor executor, http::Endpoint controller, Identity identity, Runner& runner,
                 Log log)
    : runner_(runner),
      log_(log),
      link_(executor, std::move(controller), std::move(identity), log),
      changed_(executor),
      signals_(executor, SIGTERM, SIGINT),
      group_(executor, log) {}

async::Task<ExitCode> Session::run() {
  group_.spawn("signals", await_signals());
  group_.spawn("heartbeats", beat());
  std::exception_ptr failure;
  try {
    co_await serve_leases();
    if (!ending_ || ending_->code() == ExitCode::Done) co_await say_goodbye();
  } catch (const WorkerExit& ending) {
    ending_ = ending;
    if (ending.code() == ExitCode::Done) log_.info(std::string(ending.what()) + ": goodbye");
  } catch (...) {
    failure = std::current_exception();
  }
  group_.cancel();
  co_await group_.join();
  if (failure) std::rethrow_exception(failure);
  if (!ending_) co_return ExitCode::Done;
  if (ending_->code() != ExitCode::Done) log_.error(std::string("giving up: ") + ending_->what());
  co_return ending_->code();
}

async::Task<> Session::serve_leases() {
  while (!leaving_ && !ending_) {
    auto grant = co_await next_lease();
    if (grant) co_await work_on(std::move(*grant));
  }
}

async::Task<std::optional<protocol::LeaseGrant>> Session::next_lease() {
  // The controller answers within lease_wait; the rest is for transmission.
  const Milliseconds limit = span(link_.welcome().lease_wait) + kAnswerLimit;
  const auto asked_at = Interrupt::Clock::now();
  const auto response = co_await ask_while_idle(lease_request(), limit);
  if (!response) co_return std::nullopt;
  if (response->status == 200) {
    auto grant = read_grant(*response);
    if (grant) co_return std::move(*grant);
    throw WorkerExit(ExitCode::Protocol, "the lease cannot be read: " + to_string(grant.error()));
  }
  if (response->status == 410) {
    leaving_ = true;
  } else if (response->status != 204) {
    throw WorkerExit(ExitCode::Protocol,
                     "a request for a lease was answered with " + std::to_string(response->status));
  } else if (Interrupt::Clock::now() - asked_at < 10ms) {
    co_await async::sleep_for(50ms);  // no busy loop with a controller that answers at once
  }
  co_return std::nullopt;
}

async::Task<> Session::work_on(protocol::LeaseGrant grant) {
  work_ = Work{.lease = grant.lease,
               .token = grant.token,
               .first = grant.first,
               .count = grant.count,
               .told_at = Interrupt::Clock::now()};
  interrupt_.clear();
  log_.info(handed_line(grant));
  Result<void> ready;
  for (auto& name : runner_.missing(grant)) {
    ready = co_await fetch_material(std::move(name));
    if (!ready || ending_) break;
  }
  if (ready) {
    auto begin = [this, &grant] { return runner_.begin(std::move(grant)); };
    if (!ending_ && !work_.dropped) ready = co_await pool_.run(begin);
  }
  if (!ready) {
    co_await report_failure(ready.error().message);
  } else {
    co_await compute_and_send();
  }
  work_ = {};
}

async::Task<Result<void>> Session::fetch_material(MaterialName name) {
  auto response = co_await ask_while_working(material_request(name), kAnswerLimit);
  if (!response) co_return Result<void>();  // ending
  const std::string what = (name.kind == Material::Program ? "program " : "bundle ") + hash_text(name.hash);
  if (response->status != 200) {
    co_return invalid("the controller does not hand out the " + what + ": it answers " +
                      std::to_string(response->status));
  }
  log_.info("got the " + what + " (" + size_text(response->body.size()) + ")");
  auto keep = [this, &name, &response] { return runner_.keep(name, std::move(response->body)); };
  co_return co_await pool_.run(keep);
}

async::Task<> Session::compute_and_send() {
  while (work_.computed < work_.count && !ending_ && !work_.dropped) {
    auto chunk = co_await compute();
    if (!chunk) break;
    work_.computed += chunk->count;
    work_.failed += chunk->failed.size();
    work_.compute_seconds += chunk->compute_seconds;
    if (!co_await send_files(*chunk)) break;
    if (!co_await send(std::move(*chunk))) break;
    const auto now = Interrupt::Clock::now();
    if (work_.computed < work_.count && now - work_.told_at >= kMostBetweenProgress) {
      work_.told_at = now;
      log_.info(progress_line(work_.computed, work_.count));
    }
  }
  if (work_.computed == work_.count && !work_.dropped && !ending_) {
    log_.info(done_line(work_.count, work_.failed, work_.compute_seconds));
  } else if (work_.dropped) {
    log_.info("the lease is not mine any more: dropped after " + count_text(work_.computed, "iteration"));
  }
}

async::Task<std::optional<protocol::ResultChunk>> Session::compute() {
  auto next = [this] { return runner_.next([this] { return interrupt_.keep_going(); }); };
  auto chunk = co_await pool_.run(next);
  if (chunk) co_return std::move(*chunk);
  co_await report_failure(chunk.error().message);
  co_return std::nullopt;
}

// Whether the lease is still ours.
async::Task<bool> Session::send(protocol::ResultChunk chunk) {
  auto response = co_await ask_while_working(results_request(work_.lease, work_.token, chunk), kAnswerLimit);
  if (!response) co_return false;
  if (response->status == 200) co_return true;
  co_await refused("the results", std::move(*response));
  co_return false;
}

// Their contents go before the chunk that names them. Whether the lease is still ours.
async::Task<bool> Session::send_files(protocol::ResultChunk& chunk) {
  auto files = runner_.take_files();
  for (auto& file : files) {
    auto request = file_request(work_.lease, work_.token, std::move(file.content));
    auto response = co_await ask_while_working(std::move(request), kAnswerLimit);
    if (!response) co_return false;
    const auto kept = response->status == 200 ? protocol::from_json<protocol::KeptFile>(response->body)
                                              : Result<protocol::KeptFile>(invalid(""));
    if (!kept) {
      co_await refused("the files of a scenario", std::move(*response));
      co_return false;
    }
    chunk.files.push_back({.scenario = file.scenario, .name = std::move(file.name), .sha256 = kept->sha256});
  }
  co_return true;
}

async::Task<> Session::refused(const char* what, http::Response response) {
  if (response.status == 409) {
    work_.dropped = true;
    co_return;
  }
  co_await report_failure("the controller does not take " + std::string(what) + ": it answers " +
                          std::to_string(response.status) + " " + response.body);
}

async::Task<> Session::report_failure(std::string message) {
  log_.error("cannot do it: " + message);
  const protocol::LeaseFailure failure{.message = std::move(message)};
  co_await ask_while_working(failure_request(work_.lease, work_.token, failure), kAnswerLimit);
}

// Best effort: the controller also sees the process end.
async::Task<> Session::say_goodbye() {
  log_.info(ending_ ? std::string(ending_->what()) + ": goodbye"
                    : "the controller has nothing more for me: goodbye");
  if (!link_.greeted()) co_return;
  // Most workers live too short a life for a heartbeat.
  const OwnUsage usage = own_usage();
  const protocol::Goodbye goodbye{.reason = ending_ ? ending_->what() : "told to leave",
                                  .cpu_seconds = usage.cpu_seconds,
                                  .memory_bytes = usage.memory_bytes};
  co_await link_.try_once(goodbye_request(goodbye), kGoodbyeLimit);
}

async::Task<> Session::beat() {
  try {
    for (;;) {
      co_await async::sleep_for(span(link_.welcome().heartbeat_every));
      // Without a lease, the lease request itself sends hello; not both at once.
      if (!link_.greeted() && work_.lease == 0) continue;
      const OwnUsage usage = own_usage();
      const protocol::Heartbeat heartbeat{.cpu_seconds = usage.cpu_seconds,
                                          .memory_bytes = usage.memory_bytes,
                                          .lease = work_.lease,
                                          .done = work_.computed,
                                          .progress = work_.lease != 0 ? runner_.progress() : 0};
      const auto response = co_await link_.try_once(heartbeat_request(heartbeat), kAnswerLimit);
      if (!response || response->status != 200) continue;
      const auto answer = protocol::from_json<protocol::HeartbeatAnswer>(response->body);
      if (answer) heed(*answer);
    }
  } catch (const WorkerExit& ending) {
    end(ending, {});
  }
}

void Session::heed(const protocol::HeartbeatAnswer& answer) {
  for (const auto lease : answer.revoked) {
    if (lease != work_.lease || work_.lease == 0) continue;
    work_.dropped = true;
    interrupt_.stop_within({});
  }
  if (answer.leave) leaving_ = true;
  if (answer.leave || work_.dropped) changed_.notify();
}

async::Task<> Session::await_signals() {
  const int signal = co_await signals_.async_wait(boost::asio::use_awaitable);
  end(WorkerExit(ExitCode::Done, signal == SIGTERM ? "asked to stop" : "interrupted"), kComputeGrace);
}

void Session::end(WorkerExit ending, Interrupt::Clock::duration grace) {
  if (!ending_) ending_ = std::move(ending);
  interrupt_.stop_within(grace);
  changed_.notify();
}

async::Task<> Session::wait_for_idle_end() {
  for (auto seen = changed_.version(); !leaving_ && !ending_; seen = changed_.version()) {
    co_await changed_.wait_past(seen);
  }
}

// When the results of the current lease are no longer wanted.
async::Task<> Session::wait_for_hard_end() {
  for (auto seen = changed_.version(); !work_.dropped && !ending_; seen = changed_.version()) {
    co_await changed_.wait_past(seen);
  }
  if (!work_.dropped && ending_->code() == ExitCode::Done) co_await async::sleep_for(kSendGrace);
}

async::Task<std::optional<http::Response>> Session::ask_while_idle(http::Request request,
                                                                   Milliseconds limit) {
  auto answered = link_.ask(std::move(request), limit);
  co_return co_await async::until(std::move(answered), wait_for_idle_end());
}

async::Task<std::optional<http::Response>> Session::ask_while_working(http::Request request,
                                                                      Milliseconds limit) {
  auto answered = link_.ask(std::move(request), limit);
  co_return co_await async::until(std::move(answered), wait_for_hard_end());
}

}  // namespace flowyard::worker::app
