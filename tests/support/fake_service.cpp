#include "tests/support/fake_service.hpp"

#include <algorithm>
#include <limits>

namespace flowyard::test {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year{2026} / 1 / 31)) + 12h;

Error no_such(const std::string& what, const std::string& which) {
  return failure(ErrorCode::NotFound, "there is no " + what + " '" + which + "'");
}

service::ContainerView container(std::string worker, std::string scenario) {
  return {.worker = std::move(worker),
          .title = "Logistic growth",
          .scenario = std::move(scenario),
          .iterations = 20,
          .total_seconds = 0.0125,
          .per_iteration_seconds = 0.000625};
}

service::ResultPage three_rows() {
  using controller::results::Cell;
  using controller::results::ColumnKind;
  service::ResultPage page;
  page.columns = {{"scenario", ColumnKind::Text, ""},
                  {"status", ColumnKind::Text, ""},
                  {"final", ColumnKind::Number, ""},
                  {"time_to_99", ColumnKind::Number, ""},
                  {"reason", ColumnKind::Text, ""}};
  page.rows = {{"Baseline", "done", 10000.0, 460.5, Cell()},
               {"High Growth", "done", 10000.0, 184.25, Cell()},
               {"Low Capacity", "done", 5000.0, Cell(), Cell()}};
  return page;
}

service::WorkerView worker_view(std::int64_t id, std::string name, std::string scenario) {
  service::WorkerView view;
  view.id = {id};
  view.name = std::move(name);
  view.experiment_id = {1};
  view.scenario = std::move(scenario);
  view.state = experiment::WorkerState::Ready;
  view.fleet = "docker";
  view.handle = "0123456789abcdef";
  view.created = noon;
  view.runs = 20;
  view.memory_bytes = 5u << 20;
  view.experiment = "three-scenarios";
  view.status = "running";
  view.cpu_percent = 98.7;
  view.age_seconds = 75;
  return view;
}

service::WorkerView dead_worker() {
  auto view = worker_view(4, "quiet-otter", "Low Capacity");
  view.state = experiment::WorkerState::Exited;
  view.cause = experiment::DeathCause::Oom;
  view.reason = "out of memory (limit 64 MiB)";
  view.exit = experiment::Exit{.code = 137, .oom_killed = true, .vanished = false};
  view.exited = noon + 3s;
  view.runs = 0;
  view.status = "failed";
  view.cpu_percent = 0;
  return view;
}

service::ExperimentDetail finished_experiment() {
  service::ExperimentDetail detail;
  detail.id = {1};
  detail.name = "three-scenarios";
  detail.state = experiment::ExperimentState::Succeeded;
  detail.submitted = noon;
  detail.finished = noon + 2s;
  detail.scenarios = detail.done = 60;
  detail.workers_in_all = 4;
  detail.retries = 1;
  detail.fleet = "docker";
  detail.wall_seconds = 2;
  detail.compute_seconds = 0.0375;
  detail.start_seconds = 1.2;
  detail.containers = {container("novel-poodle", "Baseline"), container("brave-heron", "High Growth"),
                       container("mellow-newt", "Low Capacity")};
  return detail;
}

}  // namespace

void furnish(FakeService& fake) {
  fake.planned.name = "three-scenarios";
  fake.planned.scenarios = 60;
  fake.planned.named = {{"Baseline", 20, "logistic.yaml"},
                        {"High Growth", 20, "logistic.yaml"},
                        {"Low Capacity", 20, "logistic.yaml"}};
  fake.planned.replications = 20;
  fake.planned.batches = 3;
  fake.planned.workers_at_once = fake.planned.workers_in_all = 3;
  fake.planned.memory_bytes = 192u << 20;
  fake.planned.output_bytes = 480'000;
  fake.planned.isolation = "scenario";
  fake.planned.fleet = "docker";
  fake.planned.outcomes = {"final", "time_to_99"};
  fake.planned.series = {"Population"};
  fake.details = {finished_experiment()};
  fake.results_table = three_rows();
  fake.chart_view = {.kind = "histogram",
                     .of = "final",
                     .unit = "people",
                     .runs = 60,
                     .told = "final (people) over 60 runs: from 1 to 2, median 1.5",
                     .png = "\x89PNG and more"};
  fake.worker_views = {dead_worker(), worker_view(3, "mellow-newt", "Low Capacity"),
                       worker_view(2, "brave-heron", "High Growth"),
                       worker_view(1, "novel-poodle", "Baseline")};
  fake.logs = {{"novel-poodle", "handed Baseline, 20 iterations\ndone in 12.5 ms\ngoodbye\n"}};
  fake.files = {controller::results::whole_file("manifest.json", "{}\n"),
                controller::results::whole_file("outcomes.csv", "final\n10000\n"),
                controller::results::whole_file("logs/novel-poodle.log", "x\n")};
  fake.explanation = {.subject = "quiet-otter",
                      .cause = "oom",
                      .explanation = "The kernel killed it: it wanted more than its limit of 64 MiB.",
                      .spec_excerpt = "workers: {memory: 64MiB}",
                      .log_tail = {"handed Low Capacity, 20 iterations"},
                      .again = {"flowyard run low.yaml"}};
  fake.controller = {.version = "0.1.0",
                     .fleet = "docker",
                     .fleet_detail = "Engine 29.1",
                     .data_folder = "/var/lib/flowyard",
                     .run_folder = "/run/flowyard",
                     .endpoints = {"unix:///run/flowyard/controller.sock"},
                     .pid = 99999999,  // beyond any real one
                     .started = noon,
                     .experiments_running = 0,
                     .workers_live = 3,
                     .memory_bytes = 12u << 20,
                     .store = "ok"};
}

void FakeService::append(experiment::JournalEvent event) {
  event.id = last_event() + 1;
  event.time = noon;
  journal_.push_back(std::move(event));
  changed_.notify();
}

service::ExperimentDetail* FakeService::find(experiment::ExperimentId id) {
  for (auto& detail : details) {
    if (detail.id == id) return &detail;
  }
  return nullptr;
}

service::MissingFiles FakeService::missing_from(const experiment::Bundle& bundle) const {
  service::MissingFiles missing;
  for (const auto& path : wanted_files) {
    const bool there = std::any_of(bundle.files.begin(), bundle.files.end(),
                                   [&](const auto& file) { return file.path == path; });
    if (!there) missing.push_back({path, {bundle.file_name, 2, 8}});
  }
  return missing;
}

async::Task<service::Planned> FakeService::plan(experiment::Bundle bundle, experiment::SubmitOptions given) {
  using Answer = service::Planned::value_type;
  bundles.push_back(bundle);
  options.push_back(std::move(given));
  if (!diagnostics.empty()) co_return diagnostics;
  auto missing = missing_from(bundle);
  if (!missing.empty()) co_return Answer(std::move(missing));
  co_return Answer(planned);
}

async::Task<Result<std::string>> FakeService::source_file(experiment::ExperimentId, std::string path) {
  if (path.empty()) co_return std::string("name: yard\n");
  co_return failure(ErrorCode::NotFound, "no file '" + path + "' was submitted");
}

async::Task<service::Previewed> FakeService::preview(experiment::Bundle bundle, experiment::SubmitOptions,
                                                     service::PreviewRequest wanted) {
  using Answer = service::Previewed::value_type;
  bundles.push_back(bundle);
  if (!diagnostics.empty()) co_return diagnostics;
  service::PreviewView view;
  view.model = "logistic";
  view.stop = 100;
  view.saves = 101;
  for (const auto& name : wanted.series)
    view.series.push_back({.name = name, .element = "", .values = {1, 2}});
  co_return Answer(view);
}

async::Task<service::Accepted> FakeService::submit(experiment::Bundle bundle,
                                                   experiment::SubmitOptions given) {
  using Answer = service::Accepted::value_type;
  bundles.push_back(bundle);
  options.push_back(std::move(given));
  if (!diagnostics.empty()) co_return diagnostics;
  auto missing = missing_from(bundle);
  if (!missing.empty()) co_return Answer(std::move(missing));
  auto detail = finished_experiment();
  detail.id = {static_cast<std::int64_t>(details.size()) + 1};
  if (on_submit) on_submit(detail);
  details.insert(details.begin(), detail);
  experiment::Submitted submitted;
  submitted.id = detail.id;
  submitted.name = detail.name;
  submitted.scenarios = detail.scenarios;
  co_return Answer(std::move(submitted));
}

async::Task<Result<experiment::ExperimentId>> FakeService::find_experiment(std::string which) {
  for (const auto& detail : details) {
    if (which == "@latest" || which == to_string(detail.id) || detail.name.starts_with(which)) {
      co_return detail.id;
    }
  }
  co_return no_such("experiment", which);
}

async::Task<std::vector<service::ExperimentView>> FakeService::experiments(service::ExperimentFilter filter) {
  std::vector<service::ExperimentView> views;
  for (const auto& detail : details) {
    if (filter.before && detail.id >= *filter.before) continue;
    if (filter.state && detail.state != *filter.state) continue;
    if (views.size() < filter.at_most) views.push_back(detail);
  }
  co_return views;
}

async::Task<std::vector<service::StateTotals>> FakeService::totals() {
  std::vector<service::StateTotals> all;
  for (const auto& detail : details) {
    all.push_back({.state = detail.state,
                   .experiments = 1,
                   .done = detail.done,
                   .failed = detail.failed,
                   .running = detail.running,
                   .retries = detail.retries,
                   .compute_seconds = detail.compute_seconds});
  }
  co_return all;
}

async::Task<Result<service::ExperimentDetail>> FakeService::experiment(experiment::ExperimentId id) {
  if (auto* detail = find(id)) co_return *detail;
  co_return no_such("experiment", to_string(id));
}

async::Task<Results<service::ResultPage>> FakeService::results(experiment::ExperimentId id,
                                                               controller::results::TableRequest request) {
  if (!find(id)) co_return Errors{no_such("experiment", to_string(id))};
  table_requests.push_back(request);
  if (!table_errors.empty()) co_return table_errors;
  service::ResultPage page = results_table;
  if (request.sort == "-row") std::reverse(page.rows.begin(), page.rows.end());
  page.total = page.rows.size();
  const auto first = request.cursor.empty() ? 0 : std::stoul(request.cursor);
  page.rows.erase(page.rows.begin(), page.rows.begin() + static_cast<std::ptrdiff_t>(first));
  if (page.rows.size() > request.limit) {
    page.rows.resize(request.limit);
    if (request.limit > 0) page.next = std::to_string(first + request.limit);
  }
  co_return page;
}

async::Task<Results<void>> FakeService::all_results(experiment::ExperimentId id,
                                                    controller::results::TableRequest request,
                                                    std::optional<std::uint64_t> limit,
                                                    service::PageSink sink) {
  request.limit = std::numeric_limits<std::size_t>::max();
  const auto all = co_await results(id, std::move(request));
  if (!all) co_return all.error();
  service::ResultPage page = *all;
  if (limit && page.rows.size() > *limit) page.rows.resize(*limit);
  co_await sink(std::move(page));
  co_return Results<void>();
}

async::Task<Results<service::ChartView>> FakeService::chart(experiment::ExperimentId,
                                                            service::ChartOptions wanted) {
  chart_requests.push_back(std::move(wanted));
  if (!table_errors.empty()) co_return table_errors;
  co_return chart_view;
}

async::Task<Result<service::ExperimentView>> FakeService::progress(experiment::ExperimentId id) {
  auto* detail = find(id);
  if (!detail) co_return no_such("experiment", to_string(id));
  const service::ExperimentView view = *detail;
  if (on_look && !is_final(view.state)) {
    on_look(*detail);
    append({.id = 0, .time = {}, .experiment = id, .type = "progress", .fields = {}});
  }
  co_return view;
}

async::Task<Result<void>> FakeService::cancel(experiment::ExperimentId id) {
  calls.push_back("cancel " + to_string(id));
  auto* detail = find(id);
  if (!detail) co_return no_such("experiment", to_string(id));
  if (is_final(detail->state)) co_return failure(ErrorCode::Conflict, "it has ended already");
  if (cancels) detail->state = experiment::ExperimentState::Cancelled;
  append({.id = 0, .time = {}, .experiment = id, .type = "experiment", .fields = {{"to", "cancelled"}}});
  co_return Result<void>();
}

async::Task<Result<void>> FakeService::pause(experiment::ExperimentId id) {
  calls.push_back("pause " + to_string(id));
  co_return Result<void>{};
}

async::Task<Result<void>> FakeService::go_on(experiment::ExperimentId id, service::GoingOn how) {
  using enum service::GoingOn::How;
  const std::string what = how.how == Rest     ? "rest"
                           : how.how == Failed ? "failed"
                                               : std::to_string(how.samples);
  calls.push_back("go on " + to_string(id) + " " + what);
  if (!how.registry_auth.empty()) calls.back() += " with " + how.registry_auth.reveal();
  co_return Result<void>{};
}

async::Task<Result<service::Forgotten>> FakeService::delete_experiment(experiment::ExperimentId id) {
  calls.push_back("delete experiment " + to_string(id));
  auto* detail = find(id);
  if (!detail) co_return no_such("experiment", to_string(id));
  if (!is_final(detail->state)) co_return failure(ErrorCode::Conflict, "it is still running");
  service::Forgotten forgotten{.names = {detail->name}, .freed_bytes = 4096};
  co_return forgotten;
}

async::Task<std::vector<service::WorkerView>> FakeService::workers(service::WorkerFilter filter) {
  std::vector<service::WorkerView> views;
  for (const auto& view : worker_views) {
    if (filter.experiment && view.experiment_id != *filter.experiment) continue;
    if (!filter.include_gone && view.state == experiment::WorkerState::Gone) continue;
    views.push_back(view);
  }
  co_return views;
}

async::Task<Result<service::WorkerView>> FakeService::worker(std::string which) {
  for (const auto& view : worker_views) {
    if (view.name.starts_with(which)) co_return view;
  }
  co_return no_such("worker", which);
}

async::Task<Result<void>> FakeService::restart_worker(std::string which) {
  const auto found = co_await worker(which);
  if (!found) co_return found.error();
  calls.push_back("restart " + found->name);
  co_return Result<void>();
}

async::Task<Result<void>> FakeService::delete_worker(std::string which, service::DeleteMode mode) {
  const auto found = co_await worker(which);
  if (!found) co_return found.error();
  if (mode == service::DeleteMode::FinishedOnly && is_alive(found->state)) {
    co_return failure(ErrorCode::Conflict, found->name + " is busy; delete it with --force");
  }
  calls.push_back("delete " + found->name);
  co_return Result<void>();
}

async::Task<service::Forgotten> FakeService::prune(Milliseconds older_than, service::PruneMode mode) {
  calls.push_back((mode == service::PruneMode::DryRun ? "prune dry " : "prune ") +
                  std::to_string(older_than.count()));
  service::Forgotten forgotten{.names = {"three-scenarios"}, .freed_bytes = 4096};
  co_return forgotten;
}

async::Task<Result<void>> FakeService::log(std::string which, service::LogOptions given,
                                           service::LineSink sink) {
  const auto found = logs.find(which);
  if (found == logs.end()) co_return Result<void>();
  std::string text = found->second;
  if (given.tail) {
    std::size_t begin = text.size();
    for (std::size_t n = 0; n < *given.tail && begin > 0; ++n) {
      const auto newline = begin >= 2 ? text.rfind('\n', begin - 2) : std::string::npos;
      begin = newline == std::string::npos ? 0 : newline + 1;
    }
    text.erase(0, begin);
  }
  co_await sink(std::move(text));
  co_return Result<void>();
}

async::Task<Result<service::WhyView>> FakeService::why(std::string which) {
  if (!explanation.subject.starts_with(which) && which != "@latest") co_return no_such("worker", which);
  co_return explanation;
}

async::Task<Result<void>> FakeService::checkout(std::string, service::CheckoutOptions given,
                                                service::FileSink sink) {
  if (!given.format.empty()) calls.push_back("checkout as " + given.format);
  if (given.chooses())
    calls.push_back("rows " + given.rows.where + "|" + given.rows.sort + "|" + given.rows.columns + "|" +
                    std::to_string(given.limit.value_or(0)));
  for (const auto& file : files) co_await sink(file);
  if (breaks_off_checkout) co_return failure(ErrorCode::Internal, "the disk is broken");
  co_return Result<void>();
}

async::Task<std::vector<experiment::JournalEvent>> FakeService::events(
    std::optional<experiment::ExperimentId> of, std::int64_t after, Milliseconds limit) {
  if (after == 0) after = last_event();
  for (;;) {
    const auto seen = changed_.version();
    std::vector<experiment::JournalEvent> news;
    for (const auto& event : journal_) {
      if (event.id > after && (!of || event.experiment == *of)) news.push_back(event);
    }
    if (!news.empty()) co_return news;
    if (!co_await changed_.wait_past(seen, limit)) co_return news;
  }
}

std::int64_t FakeService::last_event() const {
  return static_cast<std::int64_t>(journal_.size());
}

async::Task<service::ControllerView> FakeService::status() {
  co_return controller;
}

// The token of a name is "token of NAME".
async::Task<Result<service::NewTokenView>> FakeService::create_token(std::string name,
                                                                     experiment::Access access,
                                                                     experiment::Budget budget) {
  const std::string token = "token of " + name;
  if (!budget.empty()) budgets[token] = {.account = "token " + name, .budget = budget};
  if (!known_tokens.emplace(token, access).second)
    co_return failure(ErrorCode::Conflict, "there is one already");
  service::NewTokenView view;
  view.name = name;
  view.read_only = access == experiment::Access::ReadOnly;
  view.created = noon;
  view.token = token;
  view.budget = experiment::to_string(budget);
  co_return view;
}

async::Task<std::vector<service::TokenView>> FakeService::tokens() {
  std::vector<service::TokenView> views;
  for (const auto& [token, access] : known_tokens) {
    views.push_back(
        {.name = token.substr(9), .read_only = access == experiment::Access::ReadOnly, .created = noon});
  }
  co_return views;
}

async::Task<Result<void>> FakeService::revoke_token(std::string name) {
  if (known_tokens.erase("token of " + name) == 0) co_return no_such("token", name);
  co_return Result<void>();
}

std::optional<experiment::Charge> FakeService::charge_of(std::string_view token) const {
  const auto found = budgets.find(std::string(token));
  return found == budgets.end() ? std::nullopt : std::optional(found->second);
}

std::optional<experiment::Access> FakeService::access_of(std::string_view token) const {
  const auto found = known_tokens.find(std::string(token));
  if (found == known_tokens.end()) return std::nullopt;
  return found->second;
}

void FakeService::request_stop() {
  calls.push_back("stop");
  if (on_stop) on_stop();
}

}  // namespace flowyard::test
