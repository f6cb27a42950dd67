// What every Fleet owes the orchestrator, asked of each kind of fleet with the real worker program in it.
#include <cstdio>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/http/server.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "controller/fleet/process_fleet.hpp"
#include "docker/client/errors.hpp"
#include "tests/support/fake_fleet.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;
using experiment::WorkerId;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

enum class Kind { Docker, Process, Fake };

Task<std::unique_ptr<Fleet>> docker_fleet(std::string installation) {
  auto executor = co_await boost::asio::this_coro::executor;
  const auto address = docker::address_from_environment(docker::process_environment()).value();
  auto engine = std::make_unique<docker::Engine>(executor, address);
  DockerFleetOptions options{.installation = std::move(installation),
                             .worker_program = FLOWYARD_WORKER_PROGRAM};
  auto fleet = co_await make_docker_fleet(std::move(engine), std::move(options), Log());
  co_return fleet;
}

// Refuses whoever says hello, in a thread of its own: the tests' loop runs only while they wait for a fleet.
class RefusingController {
 public:
  explicit RefusingController(const std::string& socket)
      : server_(io_.get_executor(), endpoint(socket), refuse, options(), {}),
        thread_([this] { io_.run(); }) {}
  ~RefusingController() {
    boost::asio::co_spawn(io_, server_.close(), [](std::exception_ptr) {});
    thread_.join();
  }
  RefusingController(const RefusingController&) = delete;

 private:
  static http::Endpoint endpoint(const std::string& socket) {
    return {.kind = http::Endpoint::Kind::Unix, .path = socket, .host = {}, .port = 0};
  }
  static http::ServerOptions options() {
    http::ServerOptions options;
    options.socket_mode = 0666;  // a container's user is not ours
    return options;
  }
  static Task<http::Response> refuse(http::Request) {
    http::Response response;
    response.status = 401;
    co_return response;
  }

  boost::asio::io_context io_;
  http::Server server_;
  std::thread thread_;
};

class FleetContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    std::string why_not;
    try {
      fleet_ = make_fleet();
      run(fleet_->prepare());
    } catch (const docker::EngineUnreachable& unreachable) {
      why_not = unreachable.what();
    }
    if (!why_not.empty()) GTEST_SKIP() << why_not;
  }
  void TearDown() override {
    if (!fleet_) return;
    for (const auto& worker : run(fleet_->list())) run(fleet_->remove(worker.handle));
  }

  template <class T>
  T run(Task<T> task) {
    return test::run_task(io_, std::move(task));
  }

  // One more fleet of the same installation, as the next controller makes it.
  std::unique_ptr<Fleet> make_fleet() {
    if (GetParam() == Kind::Docker) return run(docker_fleet("test-" + std::to_string(::getpid())));
    if (GetParam() == Kind::Fake) return std::make_unique<test::FakeFleet>(yard_);
    return make_process_fleet({.state_folder = folder_ / "processes",
                               .worker_program = FLOWYARD_WORKER_PROGRAM,
                               .reason = "asked for by the test"});
  }

  LaunchSpec worker(std::int64_t number) {
    LaunchSpec spec;
    spec.worker = WorkerId{number};
    spec.experiment = experiment::ExperimentId{1};
    spec.name = "flowyard-test-fleet-" + std::to_string(::getpid()) + "-" + std::to_string(number);
    spec.run_folder = folder_ / std::to_string(number);
    std::filesystem::create_directories(spec.run_folder);
    // A container's user is not ours.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(spec.run_folder, std::filesystem::perms(0755));
    // Nobody listens beside it: the worker waits for its controller.
    std::ofstream(spec.run_folder + "/token") << "secret\n";
    return spec;
  }

  // One that says that its token was refused, and ends.
  LaunchSpec worker_that_ends(std::int64_t number) {
    LaunchSpec spec = worker(number);
    refusing_ = std::make_unique<RefusingController>(spec.run_folder + "/s");
    return spec;
  }

  std::string launched(LaunchSpec spec) {
    auto handle = run(fleet_->create(std::move(spec)));
    run(fleet_->start(handle));
    return handle;
  }

  Observed only_one() {
    const auto all = run(fleet_->list());
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? Observed{} : all.front();
  }

  // A worker as the fake has it: where a controller listens, it is refused.
  std::shared_ptr<test::FakeYard> fake_yard() {
    auto yard = std::make_shared<test::FakeYard>(io_.get_executor());
    yard->on_start = [yard = yard.get()](const std::string& handle) {
      auto& container = yard->containers.at(handle);
      if (!std::filesystem::exists(container.spec.run_folder + "/s")) return;
      container.log = "the token is refused\n";
      yard->end(handle, {.code = 77});
    };
    return yard;
  }

  boost::asio::io_context io_;
  test::TemporaryFolder folder_;
  std::shared_ptr<test::FakeYard> yard_ = fake_yard();
  std::unique_ptr<RefusingController> refusing_;
  std::unique_ptr<Fleet> fleet_;
};

// Killed from outside: by signal 9, or without a trace.
bool was_killed(const experiment::Exit& exit) {
  return exit.vanished || exit.code == 137;
}

TEST_P(FleetContract, TellsItsCapacity) {
  const Capacity capacity = fleet_->capacity();
  EXPECT_GE(capacity.cores, 1U);
  EXPECT_GT(capacity.memory_bytes, std::uint64_t{64} << 20U);
  EXPECT_GE(capacity.starts_at_once, capacity.cores);
}

TEST_P(FleetContract, CreatesWithoutStarting) {
  const auto handle = run(fleet_->create(worker(1)));
  const auto seen = only_one();
  EXPECT_EQ(seen.worker, WorkerId{1});
  EXPECT_EQ(seen.handle, handle);
  EXPECT_TRUE(seen.created_only);
  EXPECT_FALSE(seen.exit);
}

TEST_P(FleetContract, CreatesOneWorkerHoweverOftenItIsAsked) {
  const auto first = run(fleet_->create(worker(1)));
  EXPECT_EQ(run(fleet_->create(worker(1))), first);
  EXPECT_THAT(run(fleet_->list()), SizeIs(1));
}

TEST_P(FleetContract, StartsOnceHoweverOftenItIsAsked) {
  const auto handle = launched(worker(1));
  run(fleet_->start(handle));
  const auto seen = only_one();
  EXPECT_FALSE(seen.created_only);
  EXPECT_FALSE(seen.exit);
}

TEST_P(FleetContract, ReportsTheExitCodeOfAWorkerThatEnds) {
  const auto handle = launched(worker_that_ends(1));
  const auto exit = run(fleet_->wait(handle));
  EXPECT_FALSE(exit.vanished);
  EXPECT_NE(exit.code, 0);
  const auto again = run(fleet_->wait(handle));
  EXPECT_EQ(again.code, exit.code);
  const auto seen = only_one();
  ASSERT_TRUE(seen.exit);
  EXPECT_EQ(seen.exit->code, exit.code);
}

TEST_P(FleetContract, KeepsTheLogOfAWorkerThatHasEnded) {
  const auto handle = launched(worker_that_ends(1));
  run(fleet_->wait(handle));
  EXPECT_THAT(run(fleet_->log(handle)), HasSubstr("token"));
}

TEST_P(FleetContract, FollowsALogToItsEnd) {
  const auto handle = launched(worker_that_ends(1));
  std::string heard;
  const auto hear = [&heard](std::string piece) -> Task<> {
    heard += piece;
    co_return;
  };
  run(fleet_->follow_log(handle, {}, hear));
  const auto whole = run(fleet_->log(handle));
  EXPECT_EQ(heard, whole);
  heard.clear();
  run(fleet_->follow_log(handle, {.tail = 1, .since = {}}, hear));
  EXPECT_EQ(heard, whole.substr(whole.rfind('\n', whole.size() - 2) + 1));
}

TEST_P(FleetContract, FollowsALongLogFromItsLastLines) {
  if (GetParam() != Kind::Process) GTEST_SKIP() << "written to the file that only processes have";
  const auto handle = launched(worker(1));
  run(fleet_->kill(handle));
  run(fleet_->wait(handle));
  std::ofstream log(folder_ / "processes" + "/" + handle + "/log", std::ios::app);
  for (int n = 0; n < 60'000; ++n) log << "line " << n << std::string(90, '.') << "\n";
  log << "the last but one\nthe last\n" << std::flush;
  std::string heard;
  run(fleet_->follow_log(handle, {.tail = 2, .since = {}}, [&heard](std::string piece) -> Task<> {
    heard += piece;
    co_return;
  }));
  EXPECT_EQ(heard, "the last but one\nthe last\n");
}

TEST_P(FleetContract, KillsARunningWorker) {
  const auto handle = launched(worker(1));
  run(fleet_->kill(handle));
  EXPECT_TRUE(was_killed(run(fleet_->wait(handle))));
  const auto seen = only_one();
  ASSERT_TRUE(seen.exit);
  EXPECT_TRUE(was_killed(*seen.exit));
}

TEST_P(FleetContract, RemovesARunningWorkerAndTakesItForGone) {
  const auto handle = launched(worker(1));
  run(fleet_->remove(handle));
  EXPECT_THAT(run(fleet_->list()), IsEmpty());
  EXPECT_TRUE(run(fleet_->wait(handle)).vanished);
  EXPECT_EQ(run(fleet_->log(handle)), "");
  run(fleet_->kill(handle));
  run(fleet_->remove(handle));
}

TEST_P(FleetContract, ShowsTheNextControllerWhatTheLastOneLaunched) {
  const auto created = run(fleet_->create(worker(1)));
  const auto running = launched(worker(2));
  const auto next = make_fleet();
  std::map<std::string, bool> created_only;
  for (const auto& seen : run(next->list())) created_only[seen.handle] = seen.created_only;
  EXPECT_EQ(created_only, (std::map<std::string, bool>{{created, true}, {running, false}}));
  run(next->start(created));
  run(next->kill(running));
  EXPECT_TRUE(was_killed(run(next->wait(running))));
  run(next->remove(created));
  EXPECT_EQ(only_one().handle, running);
}

TEST_P(FleetContract, SharesStorageAndNetworkOfAnExperimentUntilTheyAreCleared) {
  const experiment::ExperimentId id{1};
  run(fleet_->prepare_experiment({id, experiment::Storage::Shared, experiment::Network::Shared}));
  run(fleet_->prepare_experiment({id, experiment::Storage::Shared, experiment::Network::Shared}));
  auto spec = worker(1);
  spec.storage = experiment::Storage::Shared;
  spec.network = experiment::Network::Shared;
  const auto handle = launched(std::move(spec));
  EXPECT_FALSE(only_one().exit);
  run(fleet_->remove(handle));
  run(fleet_->clear_experiment(id));
  run(fleet_->clear_experiment(id));
}

std::string name_of(const ::testing::TestParamInfo<Kind>& info) {
  switch (info.param) {
    case Kind::Docker:
      return "Docker";
    case Kind::Process:
      return "Process";
    case Kind::Fake:
      return "Fake";
  }
  return "";
}

INSTANTIATE_TEST_SUITE_P(Fleets, FleetContract, ::testing::Values(Kind::Docker, Kind::Process, Kind::Fake),
                         name_of);

}  // namespace
}  // namespace flowyard::controller::fleet
