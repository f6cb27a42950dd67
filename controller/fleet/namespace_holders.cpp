#include "controller/fleet/namespace_holders.hpp"

#include <charconv>
#include <utility>

#include "controller/fleet/container_options.hpp"
#include "docker/client/ensure_removed.hpp"

namespace flowyard::controller::fleet {

using async::Task;
using experiment::ExperimentId;

NamespaceHolders::NamespaceHolders(async::Executor executor, docker::Engine& engine, std::string installation)
    : engine_(engine), installation_(std::move(installation)), spare_changed_(std::move(executor)) {}

std::string NamespaceHolders::spare_name() const {
  return "flowyard-" + installation_ + "-spare";
}

std::string NamespaceHolders::holder_name(ExperimentId id) const {
  return shared_name(installation_, id) + "-net";
}

std::string NamespaceHolders::of(ExperimentId id) const {
  const auto found = holders_.find(id);
  return found == holders_.end() ? std::string() : found->second;
}

// The id of the container of that name if it is a holder and runs; else it is removed.
Task<std::string> NamespaceHolders::running(std::string name) {
  std::string id;
  try {
    const auto details = co_await engine_.inspect_container(name);
    if (details.state.status == docker::ContainerStatus::Running && is_holder(details.labels, installation_))
      id = details.id;
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
    co_return id;
  }
  if (id.empty()) co_await docker::ensure_removed(engine_, name);
  co_return id;
}

Task<std::string> NamespaceHolders::made(std::string name, std::string image) {
  std::string id = co_await running(name);
  if (!id.empty()) co_return id;
  auto options = holder_options(name, std::move(image), installation_);
  const auto created = co_await engine_.create_container(std::move(options));
  co_await engine_.start_container(created.id);
  co_return created.id;
}

// The spare under that name; empty where there is none, or it is not there any more.
Task<std::string> NamespaceHolders::taken_spare(std::string name) {
  while (making_spare_) co_await spare_changed_.wait_past(spare_changed_.version());
  std::string id = std::exchange(spare_, {});
  if (id.empty()) co_return id;
  bool renamed = true;
  try {
    co_await engine_.rename_container(id, name);
  } catch (const docker::EngineError&) {
    renamed = false;  // removed by hand; what is left of it has no owner
  }
  id.clear();
  if (renamed) id = co_await running(name);
  co_return id;
}

Task<> NamespaceHolders::ensure(ExperimentId id, std::string image) {
  const std::string name = holder_name(id);
  std::string holder = co_await running(name);
  if (holder.empty()) holder = co_await taken_spare(name);
  if (holder.empty()) holder = co_await made(name, std::move(image));
  holders_[id] = holder;
}

Task<> NamespaceHolders::remove(ExperimentId id) {
  holders_.erase(id);
  co_await docker::ensure_removed(engine_, holder_name(id));
}

Task<> NamespaceHolders::make_spare(std::string image) {
  if (making_spare_ || !spare_.empty()) co_return;
  making_spare_ = true;
  std::exception_ptr failure;
  try {
    spare_ = co_await made(spare_name(), std::move(image));
  } catch (...) {
    failure = std::current_exception();
  }
  making_spare_ = false;
  spare_changed_.notify();
  if (failure) std::rethrow_exception(failure);
}

Task<> NamespaceHolders::release_spare() {
  // By its name: it may be one that was made as we were told to go, or a predecessor's.
  spare_.clear();
  co_await docker::ensure_removed(engine_, spare_name());
}

bool NamespaceHolders::is_spare(const docker::ContainerSummary& container) const {
  return container.id == spare_ || (making_spare_ && container.name == spare_name());
}

std::optional<ExperimentId> NamespaceHolders::served_by(const docker::ContainerSummary& container) const {
  if (!is_holder(container.labels, installation_)) return std::nullopt;
  // By what is known now: the answer may be from before the spare was taken.
  for (const auto& [id, holder] : holders_)
    if (holder == container.id) return id;
  ExperimentId id;
  const std::string_view name = container.name;
  const std::string before = shared_name(installation_, id);  // ends in the number 0
  const auto from = before.size() - 1;
  if (name.size() > from && name.substr(0, from) == std::string_view(before).substr(0, from))
    std::from_chars(name.data() + from, name.data() + name.size(), id.value);
  return id;
}

}  // namespace flowyard::controller::fleet
