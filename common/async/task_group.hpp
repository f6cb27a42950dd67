// TaskGroup: the owner of running coroutines. A member of a long-lived object; its tasks are cancelled
// together and must be joined before it dies (asserted). Use it from its executor only, which must be
// serial. This file and its .cpp are the only places that spawn a coroutine and let go of it.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/base/log.hpp"

namespace flowyard::async {

class TaskGroup {
 public:
  explicit TaskGroup(Executor executor, Log log = {});
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` now. A failure is logged under `name` and ends only this task; cancellation is silent.
  void spawn(std::string name, Task<> task);

  // Asks every running task to stop; tasks spawned later are not affected.
  void cancel();

  // Returns when no task runs any more.
  Task<> join();

  std::size_t size() const { return running_.size(); }

 private:
  struct Running;
  void finished(const std::shared_ptr<Running>& task, const std::exception_ptr& failure);

  Executor executor_;
  Log log_;
  std::list<std::shared_ptr<Running>>
      running_;              // shared with the completion handler, which may outlast cancel()
  asio::steady_timer idle_;  // cancelled whenever the group becomes empty
};

}  // namespace flowyard::async
