// The part of Orchestrator that takes files which the programs of scenarios wrote.
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::WorkerId;

Task<Result<std::string>> Orchestrator::keep_file(WorkerId worker, experiment::LeaseId lease,
                                                  std::string token, std::string content,
                                                  std::uint64_t most) {
  if (auto live = pin(worker)) live->last_heard = live->last_busy = timer_.now();
  auto keep = [=, content = std::move(content)](store::Store& store) {
    return store.keep_file(lease, worker, token, content, most);
  };
  co_return co_await store_.run(std::move(keep));
}

}  // namespace flowyard::controller::orchestrator
