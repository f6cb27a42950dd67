// Gateway: what workers talk to. Each worker has a endpoint of its own, a unix socket in its run folder with
// its token beside it, so that whoever comes in is known; docs/worker-protocol.md says what is spoken. On the
// controller's I/O executor.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "common/http/router.hpp"
#include "common/http/server.hpp"
#include "controller/orchestrator/orchestrator.hpp"

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

  // One request of a worker on its way through a route; lives in the coroutine that answers it.
  struct Call {
    experiment::WorkerId worker;
    http::Request request;
    http::Parameters parameters;
  };
  struct Routes;  // the table, in gateway.cpp

  std::filesystem::path folder_of(experiment::WorkerId worker) const;
  async::Task<http::Response> answer(experiment::WorkerId worker, http::Request request);
  async::Task<http::Response> hello(const Call& call);
  async::Task<http::Response> lease(const Call& call);
  async::Task<http::Response> results(const Call& call);
  async::Task<http::Response> failed(const Call& call);
  async::Task<http::Response> goodbye(const Call& call);
  async::Task<http::Response> heartbeat(const Call& call);
  async::Task<http::Response> program(const Call& call);
  async::Task<http::Response> bundle(const Call& call);
  const orchestrator::ActiveExperiment* experiment_of(experiment::WorkerId worker) const;

  async::Executor executor_;
  orchestrator::Orchestrator& orchestrator_;
  GatewayOptions options_;
  Log log_;
  std::map<experiment::WorkerId, WorkerEndpoint> endpoints_;
  std::map<experiment::WorkerId, std::uint64_t> reported_;  // scenarios computed, at the last heartbeat
};

}  // namespace flowyard::controller::gateway
