#include "tests/support/fake_fleet.hpp"

namespace flowyard::test {

using async::Task;

namespace {

constexpr experiment::Exit kVanished{.code = 0, .oom_killed = false, .vanished = true};
constexpr experiment::Exit kKilled{.code = 137};

}  // namespace

void FakeYard::end(const std::string& handle, experiment::Exit exit) {
  const auto found = containers.find(handle);
  if (found == containers.end() || !found->second.started || found->second.exit) return;
  found->second.exit = exit;
  changed_.notify();
}

FakeYard::Container* FakeYard::of(experiment::WorkerId worker) {
  const auto found = containers.find(handle_of(worker));
  return found == containers.end() ? nullptr : &found->second;
}

std::string FakeYard::handle_of(experiment::WorkerId worker) const {
  for (const auto& [handle, container] : containers) {
    if (container.spec.worker == worker) return handle;
  }
  return "";
}

Task<> FakeFleet::before(std::string call) {
  yard_->calls.push_back(call);
  if (yard_->delay) co_await yard_->delay();
  if (!yard_->fault) co_return;
  if (const auto error = yard_->fault(call, false)) std::rethrow_exception(error);
}

void FakeFleet::after(const std::string& call) const {
  if (!yard_->fault) return;
  if (const auto error = yard_->fault(call, true)) std::rethrow_exception(error);
}

Task<fleet::ImageFound> FakeFleet::fetch_image(fleet::ImageWanted wanted, fleet::FetchSink told) {
  co_await before("fetch_image");
  std::string image = wanted.image;
  fleet::SharedFetches::Work work = [this, wanted](fleet::FetchSink sink) {
    return yard_->pull(wanted, std::move(sink));
  };
  if (yard_->pull) co_await fetches_.once(image, std::move(told), std::move(work));
  fleet::ImageFound found{.id = "id of " + image, .ran = image + "@sha256:1"};
  co_return found;
}

Task<> FakeFleet::prepare() {
  co_await before("prepare");
}

Task<> FakeFleet::prepare_experiment(fleet::ExperimentNeeds needs) {
  co_await before("prepare_experiment");
  yard_->prepared.insert(needs.experiment);
  if (yard_->spare == fleet::Spare::There) yard_->spare = fleet::Spare::Missing;
  after("prepare_experiment");
}

Task<> FakeFleet::make_spare() {
  co_await before("make_spare");
  yard_->spare = fleet::Spare::There;
  after("make_spare");
}

Task<> FakeFleet::release_spare() {
  co_await before("release_spare");
  if (yard_->spare == fleet::Spare::There) yard_->spare = fleet::Spare::Missing;
  after("release_spare");
}

Task<> FakeFleet::clear_experiment(experiment::ExperimentId id) {
  co_await before("clear_experiment");
  yard_->prepared.erase(id);
  after("clear_experiment");
}

Task<std::string> FakeFleet::create(fleet::LaunchSpec spec) {
  co_await before("create");
  std::string handle = yard_->handle_of(spec.worker);
  if (handle.empty()) {
    handle = "c" + std::to_string(yard_->next_++);
    yard_->containers[handle] = {.spec = std::move(spec), .started = false, .exit = {}, .log = {}};
  }
  after("create");
  co_return handle;
}

Task<> FakeFleet::start(std::string handle) {
  co_await before("start");
  const auto found = yard_->containers.find(handle);
  if (found == yard_->containers.end())
    throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, "there is no container " + handle);
  if (!found->second.started) {
    found->second.started = true;
    if (yard_->on_start) yard_->on_start(handle);
  }
  after("start");
}

Task<experiment::Exit> FakeFleet::wait(std::string handle) {
  co_await before("wait");
  for (;;) {
    const auto seen = yard_->changed_.version();
    const auto found = yard_->containers.find(handle);
    if (found == yard_->containers.end()) co_return kVanished;
    if (found->second.exit) break;
    co_await yard_->changed_.wait_past(seen);
  }
  after("wait");
  const auto found = yard_->containers.find(handle);
  co_return found == yard_->containers.end() ? kVanished : *found->second.exit;
}

Task<> FakeFleet::kill(std::string handle) {
  co_await before("kill");
  const auto found = yard_->containers.find(handle);
  // One that never ran ends there and then, too: there is nobody to wait for.
  if (found != yard_->containers.end() && !found->second.exit) {
    found->second.exit = kKilled;
    yard_->changed_.notify();
  }
  after("kill");
}

Task<> FakeFleet::remove(std::string handle) {
  co_await before("remove");
  yard_->containers.erase(handle);
  yard_->changed_.notify();
  after("remove");
}

Task<std::string> FakeFleet::log(std::string handle) {
  co_await before("log");
  const auto found = yard_->containers.find(handle);
  after("log");
  co_return found == yard_->containers.end() ? std::string() : found->second.log;
}

Task<> FakeFleet::follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) {
  co_await wait(handle);
  auto text = co_await log(handle);
  text.erase(0, experiment::begin_in(text, from));
  co_await sink(std::move(text));
}

Task<std::vector<fleet::Observed>> FakeFleet::list() {
  co_await before("list");
  std::vector<fleet::Observed> all;
  for (const auto& [handle, container] : yard_->containers) {
    fleet::Observed one{.worker = container.spec.worker,
                        .handle = handle,
                        .created_only = !container.started && !container.exit,
                        .exit = container.exit,
                        .name = container.spec.name,
                        .serves = {}};
    if (!container.spec.worker) one.serves = container.spec.experiment;
    all.push_back(std::move(one));
  }
  after("list");
  co_return all;
}

}  // namespace flowyard::test
