#include "common/async/task_group.hpp"

#include <cassert>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace flowyard::async {

struct TaskGroup::Running {
  std::string name;
  asio::cancellation_signal cancel;
};

TaskGroup::TaskGroup(Executor executor, Log log)
    : executor_(std::move(executor)),
      log_(std::move(log)),
      idle_(executor_, asio::steady_timer::time_point::max()) {}

TaskGroup::~TaskGroup() {
  assert(running_.empty() && "a TaskGroup must be joined before it is destroyed");
}

TaskGroup::Handle TaskGroup::spawn(std::string name, Task<> task) {
  auto running = std::make_shared<Running>();
  running->name = std::move(name);
  running_.push_back(running);
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(running->cancel.slot(), [this, running](std::exception_ptr failure) {
        finished(running, failure);
      }));
  return Handle(running);
}

void TaskGroup::Handle::cancel() const {
  if (const auto running = running_.lock()) running->cancel.emit(asio::cancellation_type::terminal);
}

void TaskGroup::finished(const std::shared_ptr<Running>& task, const std::exception_ptr& failure) {
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      if (!is_cancellation(error)) log_.error("task failed", {{"task", task->name}, {"error", error.what()}});
    }
  }
  running_.remove(task);
  if (running_.empty()) idle_.cancel();
}

void TaskGroup::cancel() {
  const std::vector<std::shared_ptr<Running>> now(running_.begin(), running_.end());
  for (const auto& task : now) task->cancel.emit(asio::cancellation_type::terminal);
}

Task<> TaskGroup::join() {
  while (!running_.empty()) {
    co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace flowyard::async
