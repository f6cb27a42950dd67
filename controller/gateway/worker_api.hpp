// WorkerApi: the handlers of the workers' requests; docs/worker-protocol.md specifies them. It uses no
// sockets: the endpoint of the request identifies the worker. On the controller's I/O executor.
#pragma once

#include <map>
#include <string>

#include "common/http/message.hpp"
#include "common/http/router.hpp"
#include "controller/orchestrator/orchestrator.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::controller::gateway {

class WorkerApi {
 public:
  // `controller_id` is new with each start of the controller.
  WorkerApi(orchestrator::Orchestrator& orchestrator, std::string controller_id, Log log);

  async::Task<http::Response> answer(experiment::WorkerId worker, http::Request request);
  // It will send no further request.
  void forget(experiment::WorkerId worker) { reported_.erase(worker); }

 private:
  // One request of a worker on its way through a route; lives in the coroutine that answers it.
  struct Call {
    experiment::WorkerId worker;
    http::Request request;
    http::Parameters parameters;
  };
  struct Routes;  // the table, in worker_api.cpp
  using Action = async::Task<http::Response> (WorkerApi::*)(const Call& call);

  async::Task<http::Response> answered(Action action, const Call& call);
  async::Task<http::Response> hello(const Call& call);
  async::Task<http::Response> lease(const Call& call);
  async::Task<http::Response> results(const Call& call);
  async::Task<http::Response> failures(experiment::WorkerId worker, experiment::LeaseId lease,
                                       const worker::protocol::ResultChunk& chunk, const std::string& token);
  async::Task<http::Response> file(const Call& call);
  async::Task<http::Response> failed(const Call& call);
  async::Task<http::Response> goodbye(const Call& call);
  async::Task<http::Response> heartbeat(const Call& call);
  async::Task<http::Response> program(const Call& call);
  async::Task<http::Response> bundle(const Call& call);
  const experiment::ExpectedResults* expected_of(experiment::WorkerId holder,
                                                 experiment::LeaseId lease) const;
  const orchestrator::ActiveExperiment* experiment_of(experiment::WorkerId worker) const;

  orchestrator::Orchestrator& orchestrator_;
  std::string controller_id_;
  Log log_;
  // What a worker had computed at its last heartbeat: scenarios, and how much of the next.
  std::map<experiment::WorkerId, std::pair<std::uint64_t, double>> reported_;
};

}  // namespace flowyard::controller::gateway
