// ControllerService: the use cases over the orchestrator and the store. One object, on the I/O executor;
// reading and compiling experiments runs on a pool of its own.
#pragma once

#include <memory>
#include <variant>

#include "common/async/blocking.hpp"
#include "common/async/joined.hpp"
#include "controller/experiment/file/read.hpp"
#include "controller/orchestrator/orchestrator.hpp"
#include "controller/results/table_query.hpp"
#include "controller/service/image_rules.hpp"
#include "controller/service/recent_readings.hpp"
#include "controller/service/service.hpp"

namespace flowyard::controller::service {

class RowReader;

struct ServiceOptions {
  std::string version;
  std::string default_fleet;  // may be one that is not there yet
  std::string fleet_detail;
  std::string data_folder, run_folder;
  std::vector<std::string> endpoints;
  std::function<void()> stop;          // begins the orderly shutdown
  std::function<std::string()> store;  // the result of its integrity check
  // Of the file system that holds the store; empty, or none: not known.
  std::function<std::optional<std::uint64_t>()> free_bytes = {};
  ImageRules images = {};
  // Where reading, compiling and adding up run; empty: on threads of their own.
  async::BlockingPool::Submit submit = {};
};

// A span of time as views have it.
inline double in_seconds(Milliseconds span) {
  return std::chrono::duration<double>(span).count();
}

class ControllerService final : public Service {
 public:
  ControllerService(orchestrator::Orchestrator& orchestrator, store::StoreThread& store, const Clock& clock,
                    async::Timer& timer, ServiceOptions options, Log log);
  ~ControllerService() override;

  // Brings the experiments that were running back into memory; before Orchestrator::resume().
  async::Task<> resume();
  // A fleet that was not there: experiments that waited for it go on.
  async::Task<> take_up(std::unique_ptr<fleet::Fleet> fleet);
  // Deletes what is left of experiments that are gone; a controller before may not have come to its end.
  async::Task<> clear_forgotten();
  // Why the default fleet is not there yet.
  void say_of_fleet(std::string detail) { options_.fleet_detail = std::move(detail); }

  FLOWYARD_USE_CASES(FLOWYARD_OVERRIDE_USE_CASE)
  std::int64_t last_event() const override { return orchestrator_.last_event(); }
  std::optional<experiment::Access> access_of(std::string_view token) const override;
  std::optional<experiment::Charge> charge_of(std::string_view token) const override;
  void request_stop() override { options_.stop(); }

  // Whether any experiment runs or waits.
  bool is_idle() const { return orchestrator_.experiments().empty() && orchestrator_.workers().empty(); }

 private:
  async::Task<> read_tokens();
  // The one that was asked for, or ours; Invalid for one that this controller does not have, Unavailable for
  // one that does not answer now.
  async::Task<Result<std::string>> fleet_for(const SubmitOptions& options) const;
  async::Task<std::vector<store::ExperimentRow>> running_experiments();
  // Ready to go on; Errors where it can no longer be read.
  using Active = std::unique_ptr<orchestrator::ActiveExperiment>;
  async::Task<Result<Active>> brought_back(store::ExperimentRow row, fleet::Capacity capacity);
  async::Task<> give_up(store::ExperimentRow row, std::string why);
  async::Task<Results<experiment::file::LoadOutcome>> read(experiment::Bundle bundle);
  using Reading = std::shared_ptr<const experiment::file::LoadedExperiment>;
  // What running it would take, in a fleet, after a trial.
  async::Task<Result<service::PlanView>> plan_for(Reading reading, std::string fleet);
  // Refused where its results will not fit.
  async::Task<Result<void>> check_room(Reading reading, std::string fleet);
  // What it takes, by a trial where a budget is about more than runs; Limit where no budget would ever allow
  // it.
  async::Task<Result<experiment::Spending>> cost_within(std::vector<experiment::Charge> charges,
                                                        Reading reading, std::string fleet);
  const experiment::AccessToken* find_token(std::string_view token) const;
  std::optional<std::uint64_t> free_bytes() const;
  // The text and size of an experiment with so many samples, where its design allows it.
  async::Task<Result<store::Reopening::Extended>> extended(store::ExperimentRow row, std::uint64_t samples);
  // What those workers of an experiment that are not gone add to its counters.
  struct WorkersNow {
    std::uint64_t all = 0, live = 0;
    double compute_seconds = 0, start_seconds = 0;
    double part_done = 0;
  };
  std::map<experiment::ExperimentId, WorkersNow> workers_now(
      const std::vector<experiment::Worker>& not_gone) const;
  async::Task<std::vector<service::StateTotals>> read_totals();
  // Of a finished experiment, all that is known; gives its name and id.
  async::Task<Result<std::string>> forget(experiment::ExperimentId id);
  async::Task<std::uint64_t> give_back_space();  // bytes by which the store's file shrank
  using Queue = std::map<experiment::ExperimentId, orchestrator::Queued>;
  service::ExperimentView view_of(const store::ListedExperiment& listed, const WorkersNow& now,
                                  const Queue& queued) const;
  service::WorkerView view_of(experiment::Worker worker, const std::string& experiment) const;
  async::Task<Result<experiment::Worker>> find_worker(std::string which);
  // What an experiment says, from memory or read again from its bundle.
  async::Task<std::shared_ptr<const experiment::file::LoadedExperiment>> reading_of(
      experiment::ExperimentId id);
  // The rows that a query lets through, in its order, some thousands at a time; each is read once.
  using RowsUse = std::function<async::Task<>(std::vector<results::ResultRow>)>;
  async::Task<> each_row(RowReader& reader, const results::ResultTable& table,
                         const results::TableQuery& query, std::uint64_t limit, const RowsUse& use);
  async::Task<service::WhyView> why_worker(experiment::Worker worker);
  async::Task<service::WhyView> why_experiment(experiment::ExperimentId id);
  async::Task<> explain_failures(service::WhyView& view, const store::ExperimentRow& row,
                                 const std::vector<store::FailureGroup>& groups);
  async::Task<> explain_not_finite(service::WhyView& view, const store::ExperimentRow& row,
                                   std::uint64_t count);
  async::Task<std::string> log_text(const experiment::Worker& worker);
  async::Task<std::vector<experiment::Worker>> workers_of(experiment::ExperimentId id);

  // comparison.cpp
  async::Task<results::ResultBlock> block_from(experiment::ExperimentId id, std::uint64_t scenario);

  // chart.cpp
  async::Task<Results<experiment::IndexSet>> scenarios_where(experiment::ExperimentId id, Reading reading,
                                                             std::string where);

  // checkout.cpp, checkout_tables.cpp
  class Checkout;
  async::Task<Results<void>> write_rows(Checkout& out, service::CheckoutOptions options);
  async::Task<Result<void>> write_scenarios(Checkout& out);
  async::Task<> write_across_regions(Checkout& out);
  async::Task<> write_worker(Checkout& out, experiment::Worker worker);
  async::Task<> write_files(Checkout& out);

  orchestrator::Orchestrator& orchestrator_;
  store::StoreThread& store_;
  const Clock& clock_;
  async::Timer& timer_;
  ServiceOptions options_;
  Log log_;
  TimePoint started_;
  async::BlockingPool pool_;
  // Results are decoded and added up beside the I/O thread, and without waiting for what is compiled.
  async::BlockingPool results_pool_;
  // So that reading results does not compile the model each time.
  RecentReadings readings_;
  std::vector<experiment::AccessToken> tokens_;  // as the store has them
  // However many scrape at once, the totals are added up for all of them together.
  async::Joined<std::monostate, std::vector<service::StateTotals>> totals_asked_;
};

}  // namespace flowyard::controller::service
