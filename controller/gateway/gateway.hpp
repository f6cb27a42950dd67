// Gateway: the controller's side of the worker protocol. Each worker has an endpoint of its own, a unix
// socket in its run folder with its token beside it, which identify the caller; docs/worker-protocol.md
// specifies the protocol. On the controller's I/O executor.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "common/http/server.hpp"
#include "controller/gateway/worker_api.hpp"

namespace flowyard::controller::gateway {

struct GatewayOptions {
  std::string run_folder;     // a short path; one folder per worker goes below it
  std::string controller_id;  // new with each start of the controller
};

class Gateway final : public orchestrator::WorkerEndpoints {
 public:
  Gateway(async::Executor executor, orchestrator::Orchestrator& orchestrator, GatewayOptions options,
          Log log);

  std::string open(experiment::WorkerId worker, const std::string& token) override;
  async::Task<> close(experiment::WorkerId worker) override;

  // Closes every endpoint; folders and tokens stay, so that workers find the next controller there.
  async::Task<> close_all();

 private:
  struct WorkerEndpoint {
    std::string folder;
    std::string token;
    std::unique_ptr<http::Server> server;
  };

  std::filesystem::path folder_of(experiment::WorkerId worker) const;
  async::Task<http::Response> answer(experiment::WorkerId worker, http::Request request);

  async::Executor executor_;
  std::string run_folder_;
  Log log_;
  std::map<experiment::WorkerId, WorkerEndpoint> endpoints_;
  WorkerApi api_;
};

}  // namespace flowyard::controller::gateway
