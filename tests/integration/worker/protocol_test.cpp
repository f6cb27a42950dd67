// Worker protocol v1 as a worker lives it, against a scripted controller: once with flowyard-worker, once
// with the worker in plain Python. What passes here can work for a controller.
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/async/timeout.hpp"
#include "tests/support/logistic_program.hpp"
#include "tests/support/protocol_controller.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/worker_process.hpp"
#include "worker/engine/serialize.hpp"

namespace flowyard::worker {
namespace {

using namespace std::chrono_literals;
using async::Task;
using protocol::LeaseGrant;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kPatience = 30s;
constexpr const char* kToken = "worker-secret";

enum class Kind { Native, Python };

LeaseGrant lease_of(std::int64_t id, std::vector<double> growth_rates) {
  LeaseGrant lease;
  lease.lease = id;
  lease.token = "token-" + std::to_string(id);
  lease.experiment = "logistic";
  lease.scenario = "Baseline";
  lease.program = "logistic-program";
  lease.bundle = "logistic-bundle";
  lease.model = "m.yaml";
  lease.first = 40;
  lease.count = growth_rates.size();
  lease.draws.assign(growth_rates.size(), 0);
  lease.parameters = {
      {.name = "growth_rate", .elements = 1, .shared = false, .values = std::move(growth_rates)},
      {.name = "carrying_capacity", .elements = 1, .shared = true, .values = {5000}}};
  lease.initial = {{.name = "Population", .elements = 1, .shared = true, .values = {200}}};
  lease.time = {.start = 0, .stop = 100, .step = 0.5, .save_every = 10, .method = "euler"};
  lease.outputs = {"Population"};
  lease.outcomes = {{"final", "last(Population)"}, {"peak", "max(Population)"}};
  return lease;
}

// One that takes seconds, so that it is not finished before it is taken away.
LeaseGrant endless_lease(std::int64_t id) {
  LeaseGrant lease = lease_of(id, {0.02});
  lease.time = {.start = 0, .stop = 1'000'000'000, .step = 1, .save_every = 1'000'000'000, .method = "rk4"};
  return lease;
}

// What lease_of's scenarios come to.
double population_after(int steps, double growth_rate) {
  double population = 200;
  for (int n = 0; n < steps; ++n) population += 0.5 * growth_rate * population * (1 - population / 5000);
  return population;
}

class WorkerProtocol : public ::testing::TestWithParam<Kind> {
 protected:
  WorkerProtocol() : controller_(io_.get_executor(), folder_ / "s", kToken) {
    write_token(kToken);
    controller_.programs["logistic-program"] = engine::serialize(test::logistic_program());
    controller_.open();
  }

  void write_token(const std::string& token) const { std::ofstream(folder_ / "token") << token << "\n"; }

  void start() {
    std::vector<std::string> command;
    if (GetParam() == Kind::Native) {
      command = {FLOWYARD_WORKER_PROGRAM};
    } else {
      command = {"python3", FLOWYARD_PYTHON_WORKER};
    }
    command.insert(command.end(), {"--controller", "unix://" + (folder_ / "s"), "--name", "novel-poodle",
                                   "--token-file", folder_ / "token"});
    worker_ = std::make_unique<test::WorkerProcess>(command, folder_ / "log");
  }

  // Runs the scenario with a worker started, then closes the controller.
  void play(Task<> scenario) {
    start();
    std::exception_ptr failure;
    test::run_task(io_, close_after(std::move(scenario), failure));
    EXPECT_THAT(controller_.faults, IsEmpty());
    if (failure) {
      EXPECT_NO_THROW(std::rethrow_exception(failure));
    }
    if (HasFailure()) std::cerr << "the worker's log:\n" << worker_->log();
  }

  Task<> close_after(Task<> scenario, std::exception_ptr& failure) {
    try {
      co_await std::move(scenario);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await controller_.close();
  }

  Task<> until_committed(std::int64_t lease) {
    co_await controller_.until([this, lease] { return controller_.committed.contains({lease, 0}); });
  }

  Task<> until_heartbeats_of(std::int64_t lease, int wanted) {
    const auto before = controller_.heartbeats.size();
    co_await controller_.until([this, lease, wanted, before] {
      int seen = 0;
      for (auto at = before; at < controller_.heartbeats.size(); ++at) {
        seen += controller_.heartbeats[at].lease == lease ? 1 : 0;
      }
      return seen >= wanted;
    });
  }

  // Tells the worker that there is nothing more, and awaits its end.
  Task<> send_home() {
    controller_.gone = true;
    controller_.changed();
    co_await expect_exit(0);
    EXPECT_EQ(controller_.goodbyes.size(), 1u);
  }

  Task<> expect_exit(int code) { EXPECT_EQ(co_await worker_->exit_code(kPatience), code); }

  void hand(LeaseGrant lease) {
    controller_.leases.push_back(std::move(lease));
    controller_.changed();
  }

  boost::asio::io_context io_;
  test::TemporaryFolder folder_;
  test::ProtocolController controller_;
  std::unique_ptr<test::WorkerProcess> worker_;

  // The scenarios; a test starts its own by name.
  Task<> say_hello();
  Task<> compute_a_lease();
  Task<> ask_again();
  Task<> refuse_version();
  Task<> refuse_token();
  Task<> bring_the_token_late();
  Task<> lose_the_token();
  Task<> expect_nobody();
  Task<> lose_a_reply();
  Task<> be_busy();
  Task<> take_a_lease_away();
  Task<> revoke_a_lease();
  Task<> restart_idle();
  Task<> restart_while_computing();
  Task<> fall_silent();
  Task<> stop_idle();
  Task<> stop_while_computing();
  Task<> fail_a_lease();
};

INSTANTIATE_TEST_SUITE_P(Of, WorkerProtocol, ::testing::Values(Kind::Native, Kind::Python),
                         [](const auto& kind) { return kind.param == Kind::Native ? "Native" : "Python"; });

Task<> WorkerProtocol::say_hello() {
  co_await controller_.until([this] { return controller_.lease_requests > 0; });
  EXPECT_EQ(controller_.hellos.size(), 1u);
  EXPECT_EQ(controller_.hellos[0].protocol, 1);
  EXPECT_EQ(controller_.hellos[0].worker, "novel-poodle");
  EXPECT_EQ(controller_.hellos[0].runner, GetParam() == Kind::Native ? "native" : "python");
  co_await send_home();
}
TEST_P(WorkerProtocol, SaysHelloThenAsksForLeasesAndLeavesWithAGoodbye) {
  play(say_hello());
}

Task<> WorkerProtocol::compute_a_lease() {
  hand(lease_of(1, {0.02, 0.05, 0.1}));
  co_await until_committed(1);
  const auto& posted = controller_.posted.at(0);
  EXPECT_EQ(posted.columns, GetParam() == Kind::Native);
  const auto& chunk = posted.chunk;
  EXPECT_EQ(chunk.first, 40u);
  EXPECT_EQ(chunk.count, 3u);
  EXPECT_GT(chunk.compute_seconds, 0);
  EXPECT_THAT(chunk.outcome_names, ElementsAre("final", "peak"));
  EXPECT_THAT(chunk.times, ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100));
  if (chunk.outcomes.size() != 2 || chunk.series.size() != 1 || chunk.count != 3) {
    throw std::runtime_error("not the shape asked for");
  }
  EXPECT_EQ(chunk.series[0].name, "Population");
  const std::vector<double> rates{0.02, 0.05, 0.1};
  for (std::size_t scenario = 0; scenario < 3; ++scenario) {
    EXPECT_NEAR(chunk.outcomes[0][scenario], population_after(200, rates[scenario]), 1e-6);
    EXPECT_EQ(chunk.outcomes[1][scenario], chunk.outcomes[0][scenario]);
    EXPECT_EQ(chunk.series[0].values.at(0 * 3 + scenario), 200);
    EXPECT_NEAR(chunk.series[0].values.at(4 * 3 + scenario), population_after(80, rates[scenario]), 1e-6);
  }
  co_await send_home();
}
TEST_P(WorkerProtocol, ComputesWhatItIsHandedAndSendsTheResults) {
  play(compute_a_lease());
}

Task<> WorkerProtocol::ask_again() {
  co_await controller_.until([this] { return controller_.unanswered >= 3; });
  EXPECT_EQ(controller_.hellos.size(), 1u);
  co_await send_home();
}
TEST_P(WorkerProtocol, AsksAgainWhenThereIsNothingYet) {
  play(ask_again());
}

Task<> WorkerProtocol::refuse_version() {
  controller_.hello_status = 426;
  co_await expect_exit(76);
  EXPECT_EQ(controller_.hellos.size(), 1u);
}
TEST_P(WorkerProtocol, EndsWhenItsVersionIsRefused) {
  play(refuse_version());
}

Task<> WorkerProtocol::refuse_token() {
  co_await expect_exit(77);
  EXPECT_EQ(controller_.hellos.size(), 0u);
}
TEST_P(WorkerProtocol, EndsWhenItsTokenIsRefused) {
  write_token("someone-else");
  play(refuse_token());
}

Task<> WorkerProtocol::bring_the_token_late() {
  bool gave_up = true;
  try {
    co_await worker_->exit_code(1s);
  } catch (const async::TimedOut&) {
    gave_up = false;
  }
  EXPECT_FALSE(gave_up);
  EXPECT_EQ(controller_.hellos.size(), 0u);
  write_token(kToken);
  co_await controller_.until([this] { return controller_.lease_requests > 0; });
  co_await send_home();
}
TEST_P(WorkerProtocol, WaitsForATokenThatIsNotThereYet) {
  std::filesystem::remove(folder_ / "token");
  play(bring_the_token_late());
}
TEST_P(WorkerProtocol, WaitsForATokenThatIsStillEmpty) {
  std::ofstream(folder_ / "token", std::ios::trunc).close();
  play(bring_the_token_late());
}

Task<> WorkerProtocol::lose_the_token() {
  controller_.welcome.silence_limit = 0.5;
  co_await controller_.until([this] { return controller_.lease_requests > 0; });
  std::filesystem::remove(folder_ / "token");
  co_await controller_.restart();
  co_await expect_exit(75);
}
TEST_P(WorkerProtocol, WaitsForATokenNoLongerThanForAController) {
  play(lose_the_token());
}

Task<> WorkerProtocol::expect_nobody() {
  controller_.hello_status = 410;
  co_await expect_exit(0);
}
TEST_P(WorkerProtocol, LeavesWhenNoWorkerIsExpectedAnyMore) {
  play(expect_nobody());
}

Task<> WorkerProtocol::lose_a_reply() {
  controller_.replies_to_lose = 1;
  hand(lease_of(1, {0.02, 0.05}));
  hand(lease_of(2, {0.03}));
  co_await until_committed(2);
  EXPECT_EQ(controller_.posted.size(), 3u);
  const auto& once = controller_.posted.at(0);
  const auto& again = controller_.posted.at(1);
  EXPECT_EQ(again.lease, 1);
  EXPECT_EQ(again.chunk.chunk, once.chunk.chunk);
  EXPECT_EQ(again.chunk.outcomes, once.chunk.outcomes);
  co_await send_home();
}
TEST_P(WorkerProtocol, SendsTheSameChunkAgainWhenTheReplyIsLost) {
  play(lose_a_reply());
}

Task<> WorkerProtocol::be_busy() {
  controller_.results_to_refuse = 2;
  hand(lease_of(1, {0.02}));
  co_await until_committed(1);
  EXPECT_EQ(controller_.posted.size(), 3u);
  co_await send_home();
}
TEST_P(WorkerProtocol, TriesAgainWhenTheControllerIsBusy) {
  play(be_busy());
}

Task<> WorkerProtocol::take_a_lease_away() {
  controller_.lost = {1};
  hand(lease_of(1, {0.02}));
  hand(lease_of(2, {0.02}));
  co_await until_committed(2);
  EXPECT_EQ(controller_.posted.size(), 2u);
  EXPECT_THAT(controller_.failures, IsEmpty());
  co_await send_home();
}
TEST_P(WorkerProtocol, DropsALeaseThatIsNotItsAnyMore) {
  play(take_a_lease_away());
}

Task<> WorkerProtocol::revoke_a_lease() {
  hand(endless_lease(1));
  co_await until_heartbeats_of(1, 3);
  controller_.revoked = {1};
  hand(lease_of(2, {0.02}));
  co_await until_committed(2);
  EXPECT_EQ(controller_.posted.size(), 1u);
  co_await send_home();
}
TEST_P(WorkerProtocol, SendsHeartbeatsWhileComputingAndDropsARevokedLease) {
  play(revoke_a_lease());
}

Task<> WorkerProtocol::restart_idle() {
  hand(lease_of(1, {0.02}));
  co_await until_committed(1);
  co_await controller_.restart();
  hand(lease_of(2, {0.02}));
  co_await until_committed(2);
  EXPECT_GE(controller_.hellos.size(), 2u);
  co_await send_home();
}
TEST_P(WorkerProtocol, FindsAControllerThatWasRestarted) {
  play(restart_idle());
}

Task<> WorkerProtocol::restart_while_computing() {
  hand(endless_lease(1));
  co_await until_heartbeats_of(1, 1);
  co_await controller_.restart();
  co_await until_heartbeats_of(1, 2);
  EXPECT_GE(controller_.hellos.size(), 2u);
  controller_.revoked = {1};
  co_await send_home();
}
TEST_P(WorkerProtocol, WorksOnWhileTheControllerRestarts) {
  play(restart_while_computing());
}

Task<> WorkerProtocol::fall_silent() {
  controller_.welcome.silence_limit = 0.5;
  co_await controller_.until([this] { return controller_.lease_requests > 0; });
  co_await controller_.close();
  co_await expect_exit(75);
}
TEST_P(WorkerProtocol, EndsByItselfWhenTheControllerStaysSilent) {
  play(fall_silent());
}

Task<> WorkerProtocol::stop_idle() {
  controller_.welcome.lease_wait = 60;
  co_await controller_.until([this] { return controller_.lease_requests > 0; });
  worker_->signal(SIGTERM);
  co_await expect_exit(0);
  EXPECT_EQ(controller_.goodbyes.size(), 1u);
}
TEST_P(WorkerProtocol, SaysGoodbyeWhenAskedToStop) {
  play(stop_idle());
}

Task<> WorkerProtocol::stop_while_computing() {
  hand(endless_lease(1));
  co_await until_heartbeats_of(1, 1);
  worker_->signal(SIGTERM);
  co_await expect_exit(0);
  EXPECT_EQ(controller_.goodbyes.size(), 1u);
  EXPECT_THAT(controller_.failures, IsEmpty());
}
TEST_P(WorkerProtocol, SaysGoodbyeWhenAskedToStopWhileComputing) {
  play(stop_while_computing());
}

Task<> WorkerProtocol::fail_a_lease() {
  LeaseGrant impossible = lease_of(1, {0.02});
  impossible.outcomes = {{"nothing", "last(Nothing)"}};
  hand(impossible);
  hand(lease_of(2, {0.02}));
  co_await until_committed(2);
  EXPECT_THAT(controller_.failures[1], ::testing::HasSubstr("othing"));
  co_await send_home();
}
TEST_P(WorkerProtocol, ReportsWhatItCannotComputeAndGoesOn) {
  play(fail_a_lease());
}

}  // namespace
}  // namespace flowyard::worker
