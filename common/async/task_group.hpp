// TaskGroup: the owner of running coroutines. A member of a long-lived object; its tasks are cancelled
// together and must be joined before it dies (asserted). Use it from its executor only, which must be serial.
// Only this file and its .cpp spawn detached coroutines.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/base/log.hpp"

namespace flowyard::async {

class TaskGroup {
  struct Running;

 public:
  explicit TaskGroup(Executor executor, Log log = {});
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // A handle to one task of the group, to end it before the others.
  class Handle {
   public:
    Handle() = default;
    // Requests cancellation of the task; no effect if it has ended.
    void cancel() const;

   private:
    friend TaskGroup;
    explicit Handle(std::weak_ptr<Running> running) : running_(std::move(running)) {}
    std::weak_ptr<Running> running_;
  };

  // Starts `task` now. A failure is logged under `name` and ends only this task; cancellation is silent.
  Handle spawn(std::string name, Task<> task);

  // Requests cancellation of every running task; tasks spawned later are not affected.
  void cancel();

  // Returns when no task runs any more.
  Task<> join();

  std::size_t size() const { return running_.size(); }

 private:
  void finished(const std::shared_ptr<Running>& task, const std::exception_ptr& failure);

  Executor executor_;
  Log log_;
  std::list<std::shared_ptr<Running>>
      running_;              // shared with the completion handler, which may outlast cancel()
  asio::steady_timer idle_;  // cancelled whenever the group becomes empty
};

}  // namespace flowyard::async
