// The part of ControllerService that returns the logs of workers.
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::WorkerState;

Task<std::string> ControllerService::log_text(const experiment::Worker& worker) {
  const auto id = worker.id;
  const auto handle = worker.handle;
  const auto* live = orchestrator_.worker(id);
  if (live && !live->worker.handle.empty() && live->worker.state < WorkerState::Accounted) {
    co_return co_await orchestrator_.fleet(live->worker.fleet)->log(live->worker.handle);
  }
  auto kept = co_await store_.run([id](store::Store& store) { return store.kept_log(id); });
  co_return kept.value_or("");
}

Task<Result<void>> ControllerService::log(std::string which, LogOptions options, LineSink sink) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const experiment::Worker worker = *found;
  const auto* live = orchestrator_.worker(worker.id);
  const bool follows =
      options.follow && live && !live->worker.handle.empty() && live->worker.state < WorkerState::Exited;
  // By value: the worker may be gone before its log has been sent.
  const std::string handle = live ? live->worker.handle : "";
  const experiment::LogBeginning from{.tail = options.tail, .since = options.since};
  if (follows) {
    co_await orchestrator_.fleet(worker.fleet)->follow_log(handle, from, sink);
    co_return Result<void>{};
  }
  std::string text = co_await log_text(worker);
  text.erase(0, experiment::begin_in(text, from));
  if (!text.empty()) co_await sink(std::move(text));
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
