// FakeService: the use cases over values held in memory, scripted by a test: what is planned, which files are
// missing, when an experiment ends. Used on the executor of its FakeController only, but for what is set
// before that starts.
#pragma once

#include <map>
#include <set>

#include "common/async/event.hpp"
#include "controller/service/service.hpp"

namespace flowyard::test {

namespace domain = controller::domain;
namespace service = controller::service;

class FakeService final : public service::Service {
 public:
  explicit FakeService(async::Executor executor) : changed_(std::move(executor)) {}

  // --- what a test sets up
  domain::PlanView planned;
  std::vector<std::string> wanted_files;  // asked for until they are there, at line 2, column 8
  Errors mistakes;                        // what plan and submit answer, if any
  std::vector<domain::ExperimentDetail> details;
  std::vector<domain::WorkerView> worker_views;
  std::map<std::string, std::string> logs;
  std::vector<domain::ExportFile> files;
  bool breaks_off_checkout = false;
  bool cancels = true;  // else an experiment goes on after it was cancelled
  domain::WhyView explanation;
  domain::ControllerView controller;
  // Called with each submitted experiment's detail, to give it results; without it, it succeeds at once.
  std::function<void(domain::ExperimentDetail&)> on_submit;
  // Called after each look at the progress of an experiment that runs.
  std::function<void(domain::ExperimentDetail&)> on_look;
  std::function<void()> on_stop;

  // --- what a test looks at
  std::vector<domain::Bundle> bundles;  // of every plan and submit
  std::vector<domain::SubmitOptions> options;
  std::vector<std::string> calls;  // "cancel 1", "restart novel-poodle", ...

  void append(domain::JournalEvent event);

  async::Task<Results<std::variant<domain::PlanView, service::MissingFiles>>> plan(
      domain::Bundle bundle, domain::SubmitOptions options) override;
  async::Task<Results<std::variant<domain::Submitted, service::MissingFiles>>> submit(
      domain::Bundle bundle, domain::SubmitOptions options) override;
  async::Task<Result<domain::ExperimentId>> find_experiment(std::string which) override;
  async::Task<std::vector<domain::ExperimentView>> experiments() override;
  async::Task<Result<domain::ExperimentDetail>> experiment(domain::ExperimentId id) override;
  async::Task<Result<domain::ExperimentView>> progress(domain::ExperimentId id) override;
  async::Task<Result<void>> cancel(domain::ExperimentId id) override;
  async::Task<Result<void>> delete_experiment(domain::ExperimentId id) override;
  async::Task<std::vector<domain::WorkerView>> workers(service::WorkerFilter filter) override;
  async::Task<Result<domain::WorkerView>> worker(std::string which) override;
  async::Task<Result<void>> restart_worker(std::string which) override;
  async::Task<Result<void>> delete_worker(std::string which, DeleteMode mode) override;
  async::Task<std::vector<std::string>> prune(Milliseconds older_than, PruneMode mode) override;
  async::Task<Result<void>> log(std::string which, service::LogOptions options, LineSink sink) override;
  async::Task<Result<domain::WhyView>> why(std::string which) override;
  async::Task<Result<void>> checkout(std::string which, FileSink sink) override;
  async::Task<std::vector<domain::JournalEvent>> events(std::optional<domain::ExperimentId> of,
                                                        std::int64_t after, Milliseconds limit) override;
  std::int64_t last_event() const override;
  async::Task<domain::ControllerView> status() override;
  void request_stop() override;

 private:
  domain::ExperimentDetail* find(domain::ExperimentId id);
  service::MissingFiles missing_from(const domain::Bundle& bundle) const;

  async::Event changed_;
  std::vector<domain::JournalEvent> journal_;
};

// Three scenarios that went as they should, and one worker that died: what most tests start from.
void furnish(FakeService& fake);

}  // namespace flowyard::test
