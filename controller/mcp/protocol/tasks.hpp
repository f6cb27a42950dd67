// Tasks: calls that go on after their request was answered (extension io.modelcontextprotocol/tasks), until
// their result was kept for a while. In memory: whoever finds a task gone finds by its name what it was
// about. One executor, serial; close() must be awaited.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp::protocol {

inline constexpr const char* kTasksExtension = "io.modelcontextprotocol/tasks";

class Tasks {
 public:
  explicit Tasks(async::Executor executor);
  ~Tasks();

  // `work` gives the result of tools/call. What is answered is CreateTaskResult.
  using Work = std::function<async::Task<Json>(Call call, Progress progress)>;
  Json start(const std::string& principal, Call call, Work work);

  // Results of tasks/get, tasks/update and tasks/cancel; RpcFailure (invalid params) where that principal has
  // no such task.
  Json get(const std::string& principal, const std::string& id);
  Json update(const std::string& principal, const std::string& id, const Json& answers);
  Json cancel(const std::string& principal, const std::string& id);

  async::Task<> close();

 private:
  struct Record;

  Record& find(const std::string& principal, const std::string& id);
  void forget_old();
  async::Task<> run(std::shared_ptr<Record> record, Call call, Work work);
  async::Task<Answers> ask(std::shared_ptr<Record> record, Questions questions);

  async::Executor executor_;
  async::TaskGroup running_;
  std::map<std::string, std::shared_ptr<Record>> records_;  // by id
};

}  // namespace flowyard::controller::mcp::protocol
