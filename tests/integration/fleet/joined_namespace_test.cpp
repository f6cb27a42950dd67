// The network namespace that the workers of one experiment join: what is seen from inside, and what becomes
// of it when its holder is stopped, killed or removed, or the controller starts anew.
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/fleet/container_options.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "tests/support/real_engine.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerId;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Task<std::unique_ptr<Fleet>> fleet_of(std::string installation) {
  auto executor = co_await boost::asio::this_coro::executor;
  const auto address = docker::address_from_environment(docker::process_environment()).value();
  auto engine = std::make_unique<docker::Engine>(executor, address);
  DockerFleetOptions options{.installation = std::move(installation),
                             .worker_program = FLOWYARD_WORKER_PROGRAM};
  auto fleet = co_await make_docker_fleet(std::move(engine), std::move(options), Log());
  co_return fleet;
}

class JoinedNamespace : public test::RealEngine {
 protected:
  void SetUp() override {
    RealEngine::SetUp();
    if (!engine_) return;
    fleet_ = new_fleet();
    prepare(kOne);
  }
  void TearDown() override {
    if (fleet_) {
      run(fleet_->release_spare());
      for (const auto& one : run(fleet_->list())) run(fleet_->remove(one.handle));
    }
    RealEngine::TearDown();
  }

  // As the next controller makes it.
  std::unique_ptr<Fleet> new_fleet() {
    auto fleet = run(fleet_of(installation_));
    run(fleet->prepare());
    return fleet;
  }

  void prepare(ExperimentId id) {
    run(fleet_->prepare_experiment({id, experiment::Storage::Isolated, experiment::Network::None}));
  }

  std::vector<Observed> spares() {
    auto all = run(fleet_->list());
    std::erase_if(all, [](const Observed& one) { return !one.is_spare; });
    return all;
  }

  std::string holder(ExperimentId id) const { return shared_name(installation_, id) + "-net"; }

  LaunchSpec worker(std::int64_t number, ExperimentId id = kOne) {
    LaunchSpec spec;
    spec.worker = WorkerId{number};
    spec.experiment = id;
    spec.name = "flowyard-test-joined-" + std::to_string(::getpid()) + "-" + std::to_string(number);
    spec.run_folder = folder_ / std::to_string(number);
    std::filesystem::create_directories(spec.run_folder);
    // A container's user is not ours. Nobody listens beside the token: the worker waits for its controller.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(spec.run_folder, std::filesystem::perms(0755));
    std::ofstream(spec.run_folder + "/token") << "secret\n";
    return spec;
  }

  std::string launched(LaunchSpec spec) {
    auto handle = run(fleet_->create(std::move(spec)));
    run(fleet_->start(handle));
    return handle;
  }

  bool runs(const std::string& container) {
    return run(engine_->inspect_container(container)).state.status == docker::ContainerStatus::Running;
  }

  // The probe in a worker's place, with all that confines one.
  std::string started_inside(ExperimentId id, std::vector<std::string> arguments) {
    LaunchSpec spec = worker(100);
    const auto joined = run(engine_->inspect_container(holder(id))).id;
    auto options = container_options(spec, probe_image(), installation_, joined);
    options.name = fresh_name("inside");
    options.labels = labels();
    options.command = std::move(arguments);
    run(engine_->create_container(options));
    run(engine_->start_container(options.name));
    return options.name;
  }
  int exit_inside(ExperimentId id, std::vector<std::string> arguments) {
    return wait_for_exit(started_inside(id, std::move(arguments))).exit_code;
  }
  std::string listening_inside(ExperimentId id, std::vector<std::string> arguments) {
    const auto name = started_inside(id, std::move(arguments));
    while (log_of(name).empty()) run(async::sleep_for(Milliseconds{10}));
    return name;
  }

  // What starting a created worker says, once its holder is in that state; then another one works.
  void expect_another_holder(const std::string& handle, std::int64_t next) {
    try {
      run(fleet_->start(handle));
      ADD_FAILURE() << "it started";
    } catch (const LaunchFailed& failed) {
      EXPECT_EQ(failed.kind, LaunchFailed::Kind::Transient) << failed.what();
    }
    run(fleet_->remove(handle));
    prepare(kOne);
    EXPECT_TRUE(runs(launched(worker(next))));
  }

  static constexpr ExperimentId kOne{1}, kOther{2};
  const std::string installation_ = "test-joined-" + std::to_string(::getpid());
  test::TemporaryFolder folder_;
  std::unique_ptr<Fleet> fleet_;
};

TEST_F(JoinedNamespace, HasALoopbackAndNothingElse) {
  const auto name = started_inside(kOne, {"network"});
  wait_for_exit(name);
  EXPECT_EQ(log_of(name), "interface lo\n");
}

TEST_F(JoinedNamespace, IsOneForTheWorkersOfAnExperimentAndNoOthers) {
  prepare(kOther);
  listening_inside(kOne, {"listen", "7000"});
  listening_inside(kOne, {"abstract", "meeting"});
  EXPECT_EQ(exit_inside(kOne, {"reach", "127.0.0.1", "7000"}), 0);
  EXPECT_EQ(exit_inside(kOne, {"reach-abstract", "meeting"}), 0);
  EXPECT_EQ(exit_inside(kOther, {"reach", "127.0.0.1", "7000"}), 1);
  EXPECT_EQ(exit_inside(kOther, {"reach-abstract", "meeting"}), 1);
}

TEST_F(JoinedNamespace, LeavesAWorkerAsConfinedAsOneOfItsOwn) {
  auto joined = worker(1), own = worker(2);
  own.network = experiment::Network::Own;
  const auto one = run(engine_->inspect_container(run(fleet_->create(joined))));
  const auto other = run(engine_->inspect_container(run(fleet_->create(own))));
  EXPECT_EQ(one.network_mode, "container:" + run(engine_->inspect_container(holder(kOne))).id);
  EXPECT_EQ(other.network_mode, "none");
  EXPECT_EQ(one.cap_drop, other.cap_drop);
  EXPECT_EQ(one.security_opts, other.security_opts);
  EXPECT_EQ(one.user, other.user);
  EXPECT_EQ(one.read_only_rootfs, other.read_only_rootfs);
  EXPECT_EQ(one.memory, other.memory);
  EXPECT_EQ(one.memory_swap, other.memory_swap);
  EXPECT_EQ(one.nano_cpus, other.nano_cpus);
  EXPECT_EQ(one.pids_limit, other.pids_limit);
  EXPECT_EQ(one.ulimits, other.ulimits);
}

TEST_F(JoinedNamespace, HasAHolderThatIsConfinedAndSmall) {
  const auto details = run(engine_->inspect_container(holder(kOne)));
  EXPECT_EQ(details.network_mode, "none");
  EXPECT_EQ(details.user, "65534:65534");
  EXPECT_TRUE(details.read_only_rootfs);
  EXPECT_EQ(details.cap_drop, (std::vector<std::string>{"ALL"}));
  EXPECT_EQ(details.memory, details.memory_swap);
  std::ifstream status("/proc/" + std::to_string(details.state.pid) + "/status");
  const std::string text(std::istreambuf_iterator<char>(status), {});
  const auto at = text.find("RssAnon:");
  if (at == std::string::npos) GTEST_SKIP() << "the Engine is not of this machine";
  EXPECT_LT(std::stoi(text.substr(at + 8)), 1024) << "kB of anonymous memory";
}

TEST_F(JoinedNamespace, IsLeftToThoseThatRunWhenItsHolderIsKilled) {
  const auto running = launched(worker(1));
  const auto created = run(fleet_->create(worker(2)));
  run(engine_->kill_container(holder(kOne)));
  wait_for_exit(holder(kOne));
  expect_another_holder(created, 3);
  EXPECT_TRUE(runs(running));
}

TEST_F(JoinedNamespace, IsLeftToThoseThatRunWhenItsHolderIsRemoved) {
  const auto running = launched(worker(1));
  const auto created = run(fleet_->create(worker(2)));
  run(fleet_->remove(holder(kOne)));
  expect_another_holder(created, 3);
  EXPECT_TRUE(runs(running));
}

TEST_F(JoinedNamespace, IsMadeAnewForAWorkerThatIsCreatedAfterItsHolderIsGone) {
  run(fleet_->remove(holder(kOne)));
  expect_another_holder(run(fleet_->create(worker(1))), 2);
}

TEST_F(JoinedNamespace, EndsItsHolderAtOnceWhenThatIsAskedTo) {
  run(engine_->stop_container(holder(kOne), std::chrono::seconds(10)));
  EXPECT_EQ(wait_for_exit(holder(kOne)).exit_code, 0);
}

TEST_F(JoinedNamespace, IsFoundByTheNextController) {
  const auto before = run(engine_->inspect_container(holder(kOne))).id;
  fleet_ = new_fleet();
  const auto seen = run(fleet_->list());
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].handle, before);
  EXPECT_EQ(seen[0].serves, kOne);
  EXPECT_EQ(seen[0].worker, WorkerId{});
  prepare(kOne);
  EXPECT_EQ(run(engine_->inspect_container(holder(kOne))).id, before);
}

TEST_F(JoinedNamespace, GoesWithItsExperiment) {
  run(fleet_->clear_experiment(kOne));
  EXPECT_THAT(run(fleet_->list()), IsEmpty());
  run(fleet_->clear_experiment(kOne));
}

TEST_F(JoinedNamespace, IsTakenFromTheSpareWhereThereIsOne) {
  EXPECT_EQ(fleet_->spare(), Spare::Missing);
  run(fleet_->make_spare());
  run(fleet_->make_spare());
  EXPECT_EQ(fleet_->spare(), Spare::There);
  EXPECT_THAT(spares(), SizeIs(1));
  const std::string name = "flowyard-" + installation_ + "-spare";
  const auto spare = run(engine_->inspect_container(name)).id;
  prepare(kOther);
  EXPECT_EQ(run(engine_->inspect_container(holder(kOther))).id, spare);
  EXPECT_EQ(fleet_->spare(), Spare::Missing);
}

TEST_F(JoinedNamespace, DoesWithoutASpareThatSomebodyKilled) {
  const std::string name = "flowyard-" + installation_ + "-spare";
  run(fleet_->make_spare());
  run(engine_->kill_container(name));
  wait_for_exit(name);
  prepare(kOther);
  EXPECT_TRUE(runs(launched(worker(1, kOther))));
  run(fleet_->make_spare());
  run(fleet_->remove(name));
  prepare(ExperimentId{3});
  EXPECT_TRUE(runs(launched(worker(2, ExperimentId{3}))));
}

TEST_F(JoinedNamespace, TellsTheNextControllerOfASpareThatNobodyHas) {
  run(fleet_->make_spare());
  fleet_ = new_fleet();
  std::set<std::int64_t> served;
  for (const auto& one : run(fleet_->list())) served.insert(one.serves.value_or(ExperimentId{-1}).value);
  EXPECT_EQ(served, (std::set<std::int64_t>{0, 1}));
  EXPECT_THAT(spares(), IsEmpty()) << "it may be anybody's";
  run(fleet_->make_spare());
  EXPECT_THAT(spares(), SizeIs(1)) << "it has been taken over";
  run(fleet_->release_spare());
  EXPECT_THAT(run(fleet_->list()), SizeIs(1));
  EXPECT_EQ(fleet_->spare(), Spare::Missing);
}

}  // namespace
}  // namespace flowyard::controller::fleet
