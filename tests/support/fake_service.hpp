// FakeService: the use cases over values held in memory, scripted by a test: what is planned, which files are
// missing, when an experiment ends. Used on the executor of its FakeController only, but for what is set
// before that starts.
#pragma once

#include <map>
#include <set>

#include "common/async/event.hpp"
#include "tests/support/unscripted_service.hpp"

namespace flowyard::test {

class FakeService : public UnscriptedService {
 public:
  explicit FakeService(async::Executor executor) : changed_(std::move(executor)) {}

  // --- what a test sets up
  service::PlanView planned;
  std::vector<std::string> wanted_files;  // asked for until they are there, at line 2, column 8
  Errors diagnostics;                     // what plan and submit answer, if any
  std::vector<service::ExperimentDetail> details;
  service::ResultPage results_table;  // all rows of every experiment, whatever was asked for; "-row" turns it
  Errors table_errors;                // what is wrong with what is asked of it, if anything
  service::ChartView chart_view;
  std::vector<service::WorkerView> worker_views;
  std::map<std::string, std::string> logs;
  std::vector<controller::results::ExportPiece> files;
  bool breaks_off_checkout = false;
  bool cancels = true;  // else an experiment goes on after it was cancelled
  service::WhyView explanation;
  service::ControllerView controller;
  // Called with each submitted experiment's detail, to give it results; without it, it succeeds at once.
  std::function<void(service::ExperimentDetail&)> on_submit;
  // Called after each look at the progress of an experiment that runs.
  std::function<void(service::ExperimentDetail&)> on_look;
  std::function<void()> on_stop;

  std::map<std::string, experiment::Access> known_tokens;

  // --- what a test looks at
  std::vector<experiment::Bundle> bundles;  // of every plan and submit
  std::vector<experiment::SubmitOptions> options;
  std::vector<controller::results::TableRequest> table_requests;
  std::vector<service::ChartOptions> chart_requests;
  std::vector<std::string> calls;  // "cancel 1", "restart novel-poodle", ...

  void append(experiment::JournalEvent event);

  async::Task<service::Planned> plan(experiment::Bundle bundle, experiment::SubmitOptions options) override;
  async::Task<Result<std::string>> source_file(experiment::ExperimentId id, std::string path) override;
  async::Task<service::Previewed> preview(experiment::Bundle bundle, experiment::SubmitOptions options,
                                          service::PreviewRequest wanted) override;
  async::Task<service::Accepted> submit(experiment::Bundle bundle,
                                        experiment::SubmitOptions options) override;
  async::Task<Result<experiment::ExperimentId>> find_experiment(std::string which) override;
  async::Task<std::vector<service::ExperimentView>> experiments(service::ExperimentFilter filter) override;
  async::Task<std::vector<service::StateTotals>> totals() override;
  async::Task<Result<service::ExperimentDetail>> experiment(experiment::ExperimentId id) override;
  async::Task<Results<service::ResultPage>> results(experiment::ExperimentId id,
                                                    controller::results::TableRequest request) override;
  async::Task<Results<void>> all_results(experiment::ExperimentId id,
                                         controller::results::TableRequest request,
                                         std::optional<std::uint64_t> limit, service::PageSink sink) override;
  async::Task<Results<service::ChartView>> chart(experiment::ExperimentId id,
                                                 service::ChartOptions options) override;
  async::Task<Result<service::ExperimentView>> progress(experiment::ExperimentId id) override;
  async::Task<Result<void>> cancel(experiment::ExperimentId id) override;
  async::Task<Result<void>> pause(experiment::ExperimentId id) override;
  async::Task<Result<void>> go_on(experiment::ExperimentId id, service::GoingOn how) override;
  async::Task<Result<service::Forgotten>> delete_experiment(experiment::ExperimentId id) override;
  async::Task<std::vector<service::WorkerView>> workers(service::WorkerFilter filter) override;
  async::Task<Result<service::WorkerView>> worker(std::string which) override;
  async::Task<Result<void>> restart_worker(std::string which) override;
  async::Task<Result<void>> delete_worker(std::string which, service::DeleteMode mode) override;
  async::Task<service::Forgotten> prune(Milliseconds older_than, service::PruneMode mode) override;
  async::Task<Result<void>> log(std::string which, service::LogOptions options,
                                service::LineSink sink) override;
  async::Task<Result<service::WhyView>> why(std::string which) override;
  async::Task<Result<void>> checkout(std::string which, service::CheckoutOptions options,
                                     service::FileSink sink) override;
  async::Task<std::vector<experiment::JournalEvent>> events(std::optional<experiment::ExperimentId> of,
                                                            std::int64_t after, Milliseconds limit) override;
  std::int64_t last_event() const override;
  async::Task<service::ControllerView> status() override;
  async::Task<Result<service::NewTokenView>> create_token(std::string name, experiment::Access access,
                                                          experiment::Budget budget) override;
  async::Task<std::vector<service::TokenView>> tokens() override;
  async::Task<Result<void>> revoke_token(std::string name) override;
  std::optional<experiment::Access> access_of(std::string_view token) const override;
  std::optional<experiment::Charge> charge_of(std::string_view token) const override;
  std::map<std::string, experiment::Charge> budgets;  // by token
  void request_stop() override;

 private:
  service::ExperimentDetail* find(experiment::ExperimentId id);
  service::MissingFiles missing_from(const experiment::Bundle& bundle) const;

  async::Event changed_;
  std::vector<experiment::JournalEvent> journal_;
};

// Three scenarios that went as they should, and one worker that died: what most tests start from.
void furnish(FakeService& fake);

}  // namespace flowyard::test
