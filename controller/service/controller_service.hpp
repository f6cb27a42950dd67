// ControllerService: the use cases over the orchestrator and the store. One object, on the I/O executor;
// reading and compiling experiments runs on a pool of its own.
#pragma once

#include <memory>

#include "common/async/blocking.hpp"
#include "controller/orchestrator/orchestrator.hpp"
#include "controller/service/service.hpp"
#include "controller/spec/read.hpp"

namespace flowyard::controller::service {

struct ServiceOptions {
  std::string version;
  std::string default_fleet;
  std::string fleet_detail;
  std::string data_folder, run_folder;
  std::vector<std::string> endpoints;
  std::function<void()> stop;  // begins the orderly shutdown
};

class ControllerService final : public Service {
 public:
  ControllerService(orchestrator::Orchestrator& orchestrator, store::StoreThread& store, const Clock& clock,
                    ServiceOptions options, Log log);
  ~ControllerService() override;

  // Brings the experiments that were running back into memory; before Orchestrator::resume().
  async::Task<> resume();

  async::Task<Results<std::variant<domain::PlanView, MissingFiles>>> plan(domain::Bundle bundle,
                                                                          SubmitOptions options) override;
  async::Task<Results<std::variant<Submitted, MissingFiles>>> submit(domain::Bundle bundle,
                                                                     SubmitOptions options) override;
  async::Task<Result<domain::ExperimentId>> find_experiment(std::string which) override;
  async::Task<std::vector<domain::ExperimentView>> experiments() override;
  async::Task<Result<domain::ExperimentDetail>> experiment(domain::ExperimentId id) override;
  async::Task<Result<domain::ExperimentView>> progress(domain::ExperimentId id) override;
  async::Task<Result<void>> cancel(domain::ExperimentId id) override;
  async::Task<Result<void>> delete_experiment(domain::ExperimentId id) override;
  async::Task<std::vector<domain::WorkerView>> workers(WorkerFilter filter) override;
  async::Task<Result<domain::WorkerView>> worker(std::string which) override;
  async::Task<Result<void>> restart_worker(std::string which) override;
  async::Task<Result<void>> delete_worker(std::string which, DeleteMode mode) override;
  async::Task<std::vector<std::string>> prune(Milliseconds older_than, PruneMode mode) override;
  async::Task<Result<void>> log(std::string which, LogOptions options, LineSink sink) override;
  async::Task<Result<domain::WhyView>> why(std::string which) override;
  async::Task<Result<void>> checkout(std::string which, FileSink sink) override;
  async::Task<std::vector<domain::JournalEvent>> events(std::optional<domain::ExperimentId> of,
                                                        std::int64_t after, Milliseconds limit) override;
  std::int64_t last_event() const override { return orchestrator_.last_event(); }
  async::Task<domain::ControllerView> status() override;
  void request_stop() override { options_.stop(); }

  // Whether any experiment runs or waits.
  bool is_idle() const { return orchestrator_.experiments().empty() && orchestrator_.workers().empty(); }

 private:
  async::Task<Results<spec::ReadOutcome>> read(domain::Bundle bundle, SubmitOptions options);
  // Hands a running experiment to the orchestrator again; gives what keeps it from that.
  async::Task<std::string> bring_back(store::ExperimentRow row);
  async::Task<domain::ExperimentView> view_of(store::ExperimentRow row);
  domain::WorkerView view_of(domain::Worker worker, const std::string& experiment) const;
  async::Task<Result<domain::Worker>> find_worker(std::string which);
  // What an experiment says, from memory or read again from its bundle.
  async::Task<std::shared_ptr<const spec::Reading>> reading_of(domain::ExperimentId id);
  async::Task<domain::WhyView> why_worker(domain::Worker worker);
  async::Task<domain::WhyView> why_experiment(domain::ExperimentId id);
  async::Task<std::string> log_text(const domain::Worker& worker);
  async::Task<std::vector<domain::Worker>> workers_of(domain::ExperimentId id);

  // checkout.cpp
  class Checkout;
  async::Task<> write_tables(Checkout& out, const spec::Reading& reading, const design::ScenarioSpace& space,
                             std::map<domain::WorkerId, std::string> names);
  async::Task<> write_across_regions(Checkout& out, const spec::Reading& reading,
                                     const design::ScenarioSpace& space);
  async::Task<> write_worker(Checkout& out, domain::Worker worker, std::string experiment_name,
                             const spec::Reading& reading, const design::ScenarioSpace& space);

  orchestrator::Orchestrator& orchestrator_;
  store::StoreThread& store_;
  const Clock& clock_;
  ServiceOptions options_;
  Log log_;
  TimePoint started_;
  async::BlockingPool pool_{1};
  void remember(domain::ExperimentId id, std::shared_ptr<const spec::Reading> reading);
  // The readings last used, so that looking at results does not compile the model each time.
  std::map<domain::ExperimentId, std::shared_ptr<const spec::Reading>> readings_;
};

}  // namespace flowyard::controller::service
