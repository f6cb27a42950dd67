// FakeFleet: a Fleet of containers that are entries in a map. A FakeYard is the machine: it outlives the
// controllers that look at it, each through a FakeFleet of its own, and a test tells it what goes wrong.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "common/async/event.hpp"
#include "controller/fleet/fleet.hpp"
#include "controller/fleet/shared_fetches.hpp"

namespace flowyard::test {

namespace fleet = controller::fleet;
namespace experiment = controller::experiment;

class FakeYard {
 public:
  struct Container {
    fleet::LaunchSpec spec;
    bool started = false;
    std::optional<experiment::Exit> exit;
    std::string log;
  };
  // A call as it goes wrong: before anything is done, or after, so that only the answer is lost.
  struct Fault {
    std::string call;  // "create", "start", "kill", "remove", "list", "wait", "log"
    bool after = false;
    std::exception_ptr error;
  };

  explicit FakeYard(async::Executor executor) : executor_(executor), changed_(std::move(executor)) {}

  fleet::Capacity capacity{.cores = 4, .memory_bytes = std::uint64_t{8} << 30, .starts_at_once = 8};
  std::map<std::string, Container> containers;  // by handle; of no worker: it serves spec.experiment
  std::set<experiment::ExperimentId> prepared;
  fleet::Spare spare = fleet::Spare::NotKept;
  std::vector<std::string> calls;  // "create novel-poodle", "start 7", ...; for looking at

  // Called when a container begins to run, with its handle.
  std::function<void(const std::string& handle)> on_start;
  // Asked at each call, twice: before and after it. What it gives is thrown.
  std::function<std::exception_ptr(const std::string& call, bool after)> fault;
  // Gets an image from its registry, for fetch_image(), which is done once for all who want it.
  std::function<async::Task<>(fleet::ImageWanted wanted, fleet::FetchSink told)> pull;
  // Awaited before each call; for fleets that take their time.
  std::function<async::Task<>()> delay;

  // Its process ends.
  void end(const std::string& handle, experiment::Exit exit);
  Container* of(experiment::WorkerId worker);
  std::string handle_of(experiment::WorkerId worker) const;
  async::Event& changed() { return changed_; }
  const async::Executor& executor() const { return executor_; }

 private:
  friend class FakeFleet;
  async::Executor executor_;
  async::Event changed_;
  int next_ = 1;
};

class FakeFleet final : public fleet::Fleet {
 public:
  explicit FakeFleet(std::shared_ptr<FakeYard> yard, std::string name = "fake")
      : yard_(std::move(yard)), name_(std::move(name)), fetches_(yard_->executor()) {}

  std::string name() const override { return name_; }
  std::string description() const override { return "containers in a map"; }
  fleet::Capacity capacity() const override { return yard_->capacity; }
  async::Task<> check() override { return before("check"); }
  async::Task<fleet::ImageFound> fetch_image(fleet::ImageWanted wanted, fleet::FetchSink told) override;
  async::Task<> prepare() override;
  async::Task<> prepare_experiment(fleet::ExperimentNeeds needs) override;
  async::Task<> clear_experiment(experiment::ExperimentId id) override;
  fleet::Spare spare() const override { return yard_->spare; }
  async::Task<> make_spare() override;
  async::Task<> release_spare() override;
  async::Task<std::string> create(fleet::LaunchSpec spec) override;
  async::Task<> start(std::string handle) override;
  async::Task<experiment::Exit> wait(std::string handle) override;
  async::Task<> kill(std::string handle) override;
  async::Task<> remove(std::string handle) override;
  async::Task<std::string> log(std::string handle) override;
  async::Task<> follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) override;
  async::Task<std::vector<fleet::Observed>> list() override;

 private:
  async::Task<> before(std::string call);
  void after(const std::string& call) const;

  std::shared_ptr<FakeYard> yard_;  // shared with the test and with the fleets of other controllers
  std::string name_;
  fleet::SharedFetches fetches_;
};

}  // namespace flowyard::test
