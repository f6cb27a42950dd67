// The use cases as they are: the real ControllerService over the real Orchestrator and Store, on simulated
// time.
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/crypto/sha256.hpp"
#include "controller/service/controller_service.hpp"
#include "tests/support/netcdf_reader.hpp"
#include "tests/support/simulated_controller.hpp"
#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {
namespace {

using namespace std::chrono_literals;
using async::Task;
using experiment::ExperimentId;
using experiment::ExperimentState;
using test::SimulatedController;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kText = R"(name: yard
model:
  time: {start: 0, stop: 10, step: 1}
  constants: {rate: 3}
  stocks:
    Level: {initial: 0, net: rate}
parameters: {rate: [1, 2, 3]}
workers: {count: 1, batch: 3}
outputs:
  outcomes: {final: last(Level)}
)";

class UseCases : public ::testing::Test {
 protected:
  void SetUp() override {
    c.start();
    serve("fake");
  }
  void serve(const std::string& default_fleet) {
    ServiceOptions options;
    options.version = "1.2.3";
    options.default_fleet = default_fleet;
    options.store = [] { return "ok"; };
    options.free_bytes = [this] { return free_bytes; };
    options.submit = [this](std::function<void()> step) { boost::asio::post(c.io(), std::move(step)); };
    service = std::make_unique<ControllerService>(c.up(), c.store_thread(), c.clock, c.timer,
                                                  std::move(options), Log());
  }
  void TearDown() override { service.reset(); }

  ExperimentId submit(const std::string& name = "") {
    experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
    if (!name.empty()) bundle.text += "overrides: {name: " + name + "}\n";
    auto accepted = c.run(service->submit(std::move(bundle), {}));
    EXPECT_TRUE(accepted) << to_string(accepted.error().front());
    return std::get<Submitted>(*accepted).id;
  }
  // Each scenario's outcome is ten times its number.
  void commit(const experiment::Lease& lease, std::vector<experiment::IndexRange> not_finite = {}) {
    auto chunk = SimulatedController::chunk_of(lease, 0, lease.range);
    worker::protocol::ResultChunk results;
    results.first = lease.range.first;
    results.count = lease.range.count;
    results.outcome_names = {"final"};
    results.outcomes.emplace_back();
    for (std::uint64_t n = 0; n < results.count; ++n)
      results.outcomes[0].push_back(10.0 * static_cast<double>(lease.range.first + n));
    chunk.body = worker::protocol::to_columns(results);
    chunk.not_finite = std::move(not_finite);
    c.run(c.up().commit(std::move(chunk), lease.token));
  }
  // A worker does all of it.
  void finish(ExperimentId id) {
    ASSERT_TRUE(c.wait_for_running(1));
    const auto worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    while (const auto lease = c.lease(worker)) commit(*lease);
    c.yard->containers.at(c.yard->handle_of(worker)).log = "first\nsecond\nthird\n";
    c.exit(worker, {.code = 0});
    ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  }
  std::vector<ExperimentView> list(ExperimentFilter filter = {}) {
    return c.run(service->experiments(filter));
  }

  // The files of a checkout, by their paths.
  std::map<std::string, std::string> checked_out(CheckoutOptions options) {
    std::map<std::string, std::string> files;
    std::string path;
    const FileSink keep = [&files, &path](results::ExportPiece piece) -> Task<> {
      if (!piece.path.empty()) path = piece.path;
      files[path] += piece.content;
      co_return;
    };
    EXPECT_TRUE(c.run(service->checkout("yard", std::move(options), keep)));
    return files;
  }

  SimulatedController c;
  std::optional<std::uint64_t> free_bytes;
  std::unique_ptr<ControllerService> service;
};

TEST_F(UseCases, RefusesWhatWillNotFitUnlessItIsForced) {
  free_bytes = 10;
  const experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  const auto refused = c.run(service->submit(bundle, {}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().code, ErrorCode::Limit);
  EXPECT_THAT(refused.error().front().message, HasSubstr("10 B are free"));
  EXPECT_TRUE(list().empty());
  EXPECT_TRUE(c.run(service->submit(bundle, {.idempotency_key = {}, .fleet = {}, .force = true})));
  const auto planned = c.run(service->plan(bundle, {}));
  const auto& plan = std::get<PlanView>(*planned);
  EXPECT_GT(plan.output_bytes, 10u);
  EXPECT_EQ(plan.free_bytes, 10u);
  EXPECT_TRUE(plan.seconds);
}

TEST_F(UseCases, StartsWhatIsWithinABudget) {
  const experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  const auto made = c.run(service->create_token("agent", experiment::Access::Full,
                                                experiment::parse_budget("runs=7,workers=1").value()));
  const auto charge = service->charge_of(made->token);
  ASSERT_TRUE(charge);
  SubmitOptions options{.idempotency_key = "once", .fleet = {}};
  options.charges = {*charge};
  EXPECT_TRUE(c.run(service->submit(bundle, options)));
  EXPECT_TRUE(c.run(service->submit(bundle, options))) << "the same key again costs nothing";
  options.idempotency_key = "twice";
  EXPECT_TRUE(c.run(service->submit(bundle, options)));
  options.idempotency_key = "too often";
  const auto refused = c.run(service->submit(bundle, options));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().code, ErrorCode::Limit);
  EXPECT_THAT(refused.error().front().message, HasSubstr("it takes 3 runs, and 1 of 7 are left"));
  EXPECT_THAT(list(), SizeIs(2));
  EXPECT_EQ(c.run(service->tokens()).front().spent_runs, 6u);
  options.charges = {
      {.account = "client x", .budget = experiment::parse_budget("cpu_seconds=1e-12").value()}};
  EXPECT_THAT(c.run(service->submit(bundle, options)).error().front().message, HasSubstr("CPU seconds"));
  options.charges = {{.account = "client x", .budget = experiment::parse_budget("workers=0").value()}};
  EXPECT_THAT(c.run(service->submit(bundle, options)).error().front().message, HasSubstr("workers.count"));
}

TEST_F(UseCases, TellsWhyAnExperimentWaits) {
  c.up().limit_workers(1);
  const auto first = submit("a"), second = submit("b");
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(c.run(service->progress(first))->reason, "");
  EXPECT_EQ(c.run(service->progress(second))->reason, "waiting: 1 of 1 workers busy, next in turn");
  EXPECT_EQ(list().front().reason, "waiting: 1 of 1 workers busy, next in turn");
}

TEST_F(UseCases, TellsWhatIsTriedAgainWhileItIs) {
  const auto id = submit();
  const auto die = [&] {
    ASSERT_TRUE(c.wait_for_running(1));
    const auto worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    ASSERT_TRUE(c.lease(worker));
    c.exit(worker, {.code = 3});
    c.advance(100ms);
  };
  EXPECT_EQ(c.run(service->progress(id))->tried_again, 0u);
  die();  // a batch of three, which becomes one of 1 and one of 2
  auto view = *c.run(service->progress(id));
  EXPECT_EQ(view.tried_again, 3u);
  EXPECT_EQ(view.smallest_batch, 1u);
  EXPECT_EQ(view.most_tries, 0u);
  EXPECT_EQ(view.attempts, 3u);
  EXPECT_EQ(view.failures_max, std::nullopt);
  EXPECT_EQ(view.retries, 1u);
  die();  // the one
  view = *c.run(service->progress(id));
  EXPECT_EQ(view.most_tries, 1u);
  EXPECT_EQ(view.tried_again, 3u);
}

TEST_F(UseCases, TellsHowLongItWillStillTake) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  EXPECT_EQ(c.run(service->progress(id))->eta_seconds, std::nullopt);
  c.advance(10s);
  c.commit(*lease, 0, {lease->range.first, 1});
  c.settle();
  const auto eta = c.run(service->progress(id))->eta_seconds;
  ASSERT_TRUE(eta);
  EXPECT_NEAR(*eta, 20, 1);
}

TEST_F(UseCases, ListsNewestFirstInPagesAndByState) {
  const auto first = submit("a");
  finish(first);
  const auto second = submit("b");
  const auto third = submit("c");
  std::vector<std::string> names;
  for (const auto& view : list()) names.push_back(view.name);
  EXPECT_THAT(names, ElementsAre("c", "b", "a"));
  ASSERT_THAT(list({.state = {}, .before = third, .at_most = 1}), SizeIs(1));
  EXPECT_EQ(list({.state = {}, .before = third, .at_most = 1}).front().id, second);
  const auto succeeded = list({.state = ExperimentState::Succeeded, .before = {}, .at_most = 10});
  ASSERT_THAT(succeeded, SizeIs(1));
  EXPECT_EQ(succeeded.front().id, first);
}

TEST_F(UseCases, TellsHowFarAnExperimentIs) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.commit(*lease, 0, {0, 1});
  auto view = *c.run(service->progress(id));
  EXPECT_EQ(view.done, 1U);
  EXPECT_EQ(view.running, 2U);
  EXPECT_EQ(view.workers_live, 1U);
  EXPECT_EQ(view.workers_in_all, 1U);
  c.exit(worker, {.code = 1});
  ASSERT_TRUE(c.advance_until([&] { return c.run(service->progress(id))->workers_in_all == 2; }));
  view = *c.run(service->progress(id));
  EXPECT_EQ(view.running, 0U);
  EXPECT_EQ(view.retries, 1U);
  const auto listed = list().front();
  EXPECT_EQ(listed.done, view.done);
  EXPECT_EQ(listed.retries, view.retries);
  EXPECT_EQ(listed.workers_in_all, view.workers_in_all);
}

TEST_F(UseCases, ShowsWhatCameOfIt) {
  const auto id = submit();
  finish(id);
  const auto detail = *c.run(service->experiment(id));
  EXPECT_EQ(detail.state, ExperimentState::Succeeded);
  EXPECT_EQ(detail.done, 3U);
  ASSERT_THAT(detail.containers, SizeIs(1));
  EXPECT_EQ(detail.containers.front().iterations, 3U);
  EXPECT_EQ(detail.containers.front().scenario, "yard");
  EXPECT_EQ(detail.workers_live, 0U);
  EXPECT_EQ(detail.workers_in_all, 1U);
  EXPECT_FALSE(c.run(service->experiment({99})));
}

// The cells of a column over all pages, in their order.
std::vector<results::Cell> column_of(SimulatedController& c, Service& service, ExperimentId id,
                                     results::TableRequest request) {
  std::vector<results::Cell> cells;
  do {
    auto page = c.run(service.results(id, request));
    if (!page) throw std::runtime_error(to_string(page.error().front()));
    for (const auto& row : page->rows) cells.push_back(row.front());
    request.cursor = page->next.value_or("");
  } while (!request.cursor.empty());
  return cells;
}

TEST_F(UseCases, GivesARowForEachPoint) {
  const auto id = submit();
  finish(id);
  const auto page = c.run(service->results(id, {})).value();
  std::vector<std::string> names;
  for (const auto& column : page.columns) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("rate", "status", "final", "reason"));
  using Row = std::vector<results::Cell>;
  EXPECT_THAT(page.rows,
              ElementsAre(Row{1.0, "done", 0.0, results::Cell()}, Row{2.0, "done", 10.0, results::Cell()},
                          Row{3.0, "done", 20.0, results::Cell()}));
  EXPECT_EQ(page.total, 3U);
  EXPECT_FALSE(page.next);
}

TEST_F(UseCases, PagesSortsAndFiltersTheRows) {
  const auto id = submit();
  finish(id);
  const auto finals = [&](results::TableRequest request) {
    request.columns = "final";
    return column_of(c, *service, id, std::move(request));
  };
  for (const std::size_t limit : {1, 2, 3, 100}) {
    EXPECT_THAT(finals({.limit = limit}), ElementsAre(0.0, 10.0, 20.0));
    EXPECT_THAT(finals({.sort = "-row", .limit = limit}), ElementsAre(20.0, 10.0, 0.0));
    EXPECT_THAT(finals({.sort = "-final", .limit = limit}), ElementsAre(20.0, 10.0, 0.0));
    EXPECT_THAT(finals({.where = "rate >= 2", .limit = limit}), ElementsAre(10.0, 20.0));
    EXPECT_THAT(finals({.where = "rate >= 2", .sort = "-row", .limit = limit}), ElementsAre(20.0, 10.0));
  }
  const auto total = [&](results::TableRequest request) {
    return c.run(service->results(id, request))->total;
  };
  EXPECT_EQ(total({.limit = 1}), 3U);
  EXPECT_EQ(total({.where = "rate >= 2", .sort = "rate", .limit = 1}), 2U);
  EXPECT_EQ(total({.where = "rate >= 2"}), 2U);
  const auto wrong = c.run(service->results(id, {.where = "rat > 2", .sort = "finale"}));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error(), SizeIs(2));
}

TEST_F(UseCases, DrawsTheResultsThatWereChosen) {
  const auto id = submit();
  ChartOptions options;
  options.request.of = "final";
  EXPECT_THAT(c.run(service->chart(id, options))->told, HasSubstr("no values yet"));
  finish(id);
  const auto all = c.run(service->chart(id, options)).value();
  EXPECT_EQ(all.kind, "histogram");
  EXPECT_EQ(all.runs, 3U);
  EXPECT_THAT(all.told, HasSubstr("from 0 to 20, median 10"));
  EXPECT_THAT(all.png, ::testing::StartsWith("\x89PNG"));
  options.request.where = "rate >= 2";
  const auto some = c.run(service->chart(id, options)).value();
  EXPECT_EQ(some.runs, 2U);
  EXPECT_THAT(some.told, HasSubstr("from 10 to 20, median 15"));
  EXPECT_NE(some.png, all.png);
  options.request.where = "rat > 2";
  EXPECT_THAT(c.run(service->chart(id, options)).error().front().message, HasSubstr("did you mean 'rate'?"));
  options.request = {.of = "finale"};
  EXPECT_THAT(c.run(service->chart(id, options)).error().front().message, HasSubstr("did you mean 'final'?"));
}

TEST_F(UseCases, TellsOfRowsThatFailedOrAreStillToCome) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  const auto statuses = [&] { return column_of(c, *service, id, {.columns = "status"}); };
  EXPECT_THAT(statuses(), ElementsAre("pending", "pending", "pending"));
  // Whoever is handed the second scenario dies of it.
  while (c.active(id)) {
    if (!c.wait_for_running(1)) break;
    const auto worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    auto lease = c.lease(worker);
    for (; lease && overlap(lease->range, {1, 1}).count == 0; lease = c.lease(worker)) commit(*lease);
    c.exit(worker, {.code = lease ? 7 : 0});
    c.advance(1s);
  }
  EXPECT_THAT(statuses(), ElementsAre("done", "failed", "done"));
  const auto failed =
      c.run(service->results(id, {.where = "status == failed", .columns = "rate,cause,reason,final"}));
  ASSERT_THAT(failed->rows, SizeIs(1));
  EXPECT_EQ(failed->rows[0][0], results::Cell(2.0));
  EXPECT_EQ(failed->rows[0][1], results::Cell("app_exit"));
  EXPECT_THAT(std::get<std::string>(failed->rows[0][2]), HasSubstr("code 7"));
  EXPECT_EQ(failed->rows[0][3], results::Cell());
}

TEST_F(UseCases, TellsOfRowsThatAreNotFinite) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  ASSERT_TRUE(c.hello(c.running()));
  const auto lease = c.lease(c.running());
  ASSERT_EQ(lease->range, (experiment::IndexRange{0, 3}));
  commit(*lease, {{1, 2}});
  const auto statuses = [&](results::TableRequest request) {
    request.columns = "status";
    return column_of(c, *service, id, std::move(request));
  };
  EXPECT_THAT(statuses({}), ElementsAre("done", "not_finite", "not_finite"));
  EXPECT_THAT(statuses({.limit = 1}), ElementsAre("done", "not_finite", "not_finite"));
  EXPECT_THAT(statuses({.sort = "-row", .limit = 1}), ElementsAre("not_finite", "not_finite", "done"));
}

TEST_F(UseCases, AddsUpOverAllExperiments) {
  finish(submit("a"));
  submit("b");
  std::uint64_t all = 0, done = 0;
  for (const auto& totals : c.run(service->totals())) {
    all += totals.experiments;
    done += totals.done;
  }
  EXPECT_EQ(all, 2U);
  EXPECT_EQ(done, 3U);
}

TEST_F(UseCases, FindsByIdNameBeginningAndLatest) {
  const auto none = c.run(service->find_experiment("@latest"));
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no experiments yet"));
  const auto older = submit("sweep");
  const auto newer = submit("sweep");
  const auto other = submit("swing");
  const auto find = [&](const std::string& which) { return c.run(service->find_experiment(which)); };
  EXPECT_EQ(*find("@latest"), other);
  EXPECT_EQ(*find("sweep"), newer);
  EXPECT_EQ(*find("swee"), newer);
  EXPECT_EQ(*find(to_string(older)), older);
  EXPECT_EQ(find("sw").error().code, ErrorCode::Conflict);
  EXPECT_EQ(find("x").error().code, ErrorCode::NotFound);
}

TEST_F(UseCases, CancelsWhatRunsAndNothingElse) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_TRUE(c.run(service->cancel(id)));
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Cancelled);
  EXPECT_TRUE(c.run(service->cancel(id)));
  EXPECT_EQ(c.run(service->cancel({99})).error().code, ErrorCode::NotFound);
  EXPECT_THAT(c.yard->containers, IsEmpty());
}

TEST_F(UseCases, DeletesWhatHasEndedOnly) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  const auto refused = c.run(service->delete_experiment(id));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  finish(id);
  EXPECT_TRUE(c.run(service->delete_experiment(id)));
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_EQ(c.run(service->delete_experiment(id)).error().code, ErrorCode::NotFound);
}

TEST_F(UseCases, PrunesWhatEndedLongAgo) {
  finish(submit("old"));
  c.advance(2h);
  const auto young = submit("young");
  finish(young);
  EXPECT_THAT(c.run(service->prune(1h, PruneMode::DryRun)).names, ElementsAre(HasSubstr("old")));
  EXPECT_THAT(list(), SizeIs(2));
  EXPECT_THAT(c.run(service->prune(1h, PruneMode::Really)).names, ElementsAre(HasSubstr("old")));
  ASSERT_THAT(list(), SizeIs(1));
  EXPECT_EQ(list().front().id, young);
}

TEST_F(UseCases, KeepsTheLogOfAWorkerThatIsGone) {
  const auto id = submit();
  finish(id);
  EXPECT_THAT(c.run(service->workers({.experiment = id, .include_gone = false})), IsEmpty());
  const auto workers = c.run(service->workers({.experiment = id, .include_gone = true}));
  ASSERT_THAT(workers, SizeIs(1));
  EXPECT_EQ(workers.front().experiment, "yard");
  std::string heard;
  const LineSink hear = [&heard](std::string lines) -> Task<> {
    heard += lines;
    co_return;
  };
  EXPECT_TRUE(c.run(service->log(workers.front().name, {.tail = 2, .since = {}, .follow = true}, hear)));
  EXPECT_EQ(heard, "second\nthird\n");
}

TEST_F(UseCases, TakesTheWholeNameOfAnExperimentForThat) {
  const auto id = submit();
  finish(id);
  const auto worker = c.run(service->workers({.experiment = id, .include_gone = true})).front().name;
  const auto begin = worker.substr(0, worker.find('-'));
  EXPECT_TRUE(c.run(service->worker(begin)));
  submit(begin);
  EXPECT_EQ(c.run(service->worker(begin)).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(c.run(service->worker(worker)));
}

TEST_F(UseCases, ChecksOutTablesLogsAndAManifest) {
  finish(submit());
  const auto files = checked_out({});
  EXPECT_THAT(files.at("outcomes.csv"), AllOf(HasSubstr("final"), HasSubstr(",20\n")));
  EXPECT_THAT(files.at("scenarios.csv"), HasSubstr("rate"));
  const auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  EXPECT_EQ(manifest["schema_version"], 1);
  EXPECT_EQ(manifest["state"], "succeeded");
  EXPECT_EQ(manifest["seed"], 1);
  EXPECT_EQ(manifest["scenarios"],
            (nlohmann::json{{"total", 3}, {"done", 3}, {"failed", 0}, {"not_finite", 0}, {"pending", 0}}));
  EXPECT_EQ(manifest["options"]["workers"]["batch"], 3);
  EXPECT_EQ(manifest["versions"]["flowyard"], "1.2.3");
  EXPECT_EQ(manifest["inputs"][0]["path"], "experiment.yaml");
  EXPECT_EQ(manifest["inputs"][0]["sha256"], crypto::sha256_hex(files.at("experiment.yaml")));
  for (const auto& file : manifest["files"])
    EXPECT_EQ(file["sha256"], crypto::sha256_hex(files.at(file["path"]))) << file;
  const FileSink none = [](results::ExportPiece) -> Task<> { co_return; };
  EXPECT_EQ(c.run(service->checkout("nobody", {}, none)).error().code, ErrorCode::NotFound);
}

TEST_F(UseCases, ChecksOutTheRowsThatWereChosen) {
  finish(submit());
  CheckoutOptions options;
  options.rows = {.where = "final > 0", .sort = "-final", .columns = "rate,final"};
  auto files = checked_out(options);
  EXPECT_EQ(files.at("results.csv"), "rate,final\n3,20\n2,10\n");
  EXPECT_EQ(files.at("outcomes.csv"), "scenario,final\n1,10\n2,20\n");
  EXPECT_EQ(nlohmann::json::parse(files.at("manifest.json"))["rows"],
            (nlohmann::json{{"where", "final > 0"}, {"sort", "-final"}, {"columns", "rate,final"}}));
  options.limit = 1;
  files = checked_out(options);
  EXPECT_EQ(files.at("results.csv"), "rate,final\n3,20\n");
  EXPECT_THAT(files.at("scenarios.csv"), AllOf(HasSubstr("\n2,"), ::testing::Not(HasSubstr("\n1,"))));
  options.rows.where = "finale > 0";
  const FileSink none = [](results::ExportPiece) -> Task<> { co_return; };
  EXPECT_THAT(c.run(service->checkout("yard", options, none)).error().message, HasSubstr("final"));
  // Not asked for, nothing is chosen.
  EXPECT_FALSE(checked_out({}).contains("results.csv"));
}

TEST_F(UseCases, ChecksOutOneFileOfNetcdf) {
  finish(submit());
  const auto files = checked_out({.format = "netcdf"});
  EXPECT_FALSE(files.contains("outcomes.csv"));
  const test::NetcdfReader read(files.at("results.nc"));
  EXPECT_THAT(read.dimensions, ElementsAre("scenario", "scenario_characters", "rate", "status_characters"));
  EXPECT_THAT(read.numbers.at("rate"), ElementsAre(1, 2, 3));
  EXPECT_THAT(read.shapes.at("final"), ElementsAre(0, 2));
  EXPECT_THAT(read.numbers.at("final"), ElementsAre(0, 10, 20));
  const auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  EXPECT_EQ(manifest["files"][0]["sha256"], crypto::sha256_hex(files.at("results.nc")));
  EXPECT_EQ(manifest["files"][0]["bytes"], files.at("results.nc").size());
  CheckoutOptions some{.format = "netcdf"};
  some.rows.where = "rate == 2";
  EXPECT_THAT(test::NetcdfReader(checked_out(some).at("results.nc")).numbers.at("final"), ElementsAre(10));
}

TEST_F(UseCases, GivesAllRowsInOneReading) {
  const auto id = submit();
  finish(id);
  std::vector<ResultPage> pages;
  const PageSink keep = [&pages](ResultPage page) -> Task<> {
    pages.push_back(std::move(page));
    co_return;
  };
  const auto outcomes = [&](results::TableRequest request, std::optional<std::uint64_t> limit = {}) {
    request.columns = "final";
    pages.clear();
    EXPECT_TRUE(c.run(service->all_results(id, request, limit, keep)));
    std::vector<double> values;
    for (const auto& page : pages)
      for (const auto& row : page.rows) values.push_back(std::get<double>(row.front()));
    return values;
  };
  EXPECT_THAT(outcomes({}), ElementsAre(0, 10, 20));
  EXPECT_THAT(outcomes({.sort = "-row"}), ElementsAre(20, 10, 0));
  EXPECT_THAT(outcomes({.sort = "-final"}), ElementsAre(20, 10, 0));
  EXPECT_THAT(outcomes({.sort = "-final"}, 2), ElementsAre(20, 10));
  EXPECT_THAT(outcomes({.where = "final > 0"}, 1), ElementsAre(10));
  // Texts have an order, too; rows of the same keep theirs.
  EXPECT_THAT(outcomes({.sort = "-status"}), ElementsAre(0, 10, 20));
  EXPECT_THAT(outcomes({.where = "final < 0"}), IsEmpty());
  ASSERT_THAT(pages, SizeIs(::testing::Ge(1u)));
  EXPECT_EQ(pages.front().columns.front().name, "final");
  EXPECT_THAT(c.run(service->all_results(id, {.where = "x > 1"}, {}, keep)).error(), SizeIs(1));
}

TEST_F(UseCases, GoOnWithWhatWasPaused) {
  const auto id = submit();
  EXPECT_TRUE(c.run(service->pause(id)));
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  auto view = c.run(service->progress(id)).value();
  EXPECT_EQ(view.state, ExperimentState::Paused);
  EXPECT_EQ(c.run(service->pause(id)).error().code, ErrorCode::Conflict);
  EXPECT_EQ(c.run(service->go_on(id, {.how = GoingOn::How::Failed})).error().code, ErrorCode::Conflict);
  EXPECT_TRUE(c.run(service->go_on(id, {})));
  EXPECT_EQ(c.run(service->go_on(id, {})).error().code, ErrorCode::Conflict);  // it runs
  finish(id);
  view = c.run(service->progress(id)).value();
  EXPECT_EQ(view.state, ExperimentState::Succeeded);
  EXPECT_EQ(view.round, 1u);
  EXPECT_THAT(c.run(service->go_on(id, {})).error().message, HasSubstr("left to do"));
}

TEST_F(UseCases, RunAgainWhatFailedAndKeepTheRest) {
  const auto id = submit();
  ASSERT_TRUE(c.wait_for_running(1));
  // As if one had been given up and the others not been come to.
  EXPECT_TRUE(c.run(service->cancel(id)));
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_TRUE(c.run(service->go_on(id, {})));
  finish(id);
  EXPECT_EQ(c.run(service->progress(id)).value().state, ExperimentState::Succeeded);
}

TEST_F(UseCases, AddSamplesWhereTheDesignAllowsIt) {
  const std::string text = std::string(kText) + "design: {method: random, samples: 2}\n";
  const auto submitted = [&](std::string from, const std::string& to) {
    experiment::Bundle bundle{.file_name = "yard.yaml", .text = text, .files = {}};
    bundle.text.replace(bundle.text.find(from), from.size(), to);
    return std::get<Submitted>(c.run(service->submit(std::move(bundle), {})).value()).id;
  };
  const auto id = submitted("[1, 2, 3]", "{uniform: [0, 1]}");
  finish(id);
  const GoingOn larger{.how = GoingOn::How::Extended, .samples = 5};
  EXPECT_THAT(c.run(service->go_on(id, {.how = GoingOn::How::Extended, .samples = 2})).error().message,
              HasSubstr("has 2 samples"));
  EXPECT_TRUE(c.run(service->go_on(id, larger)));
  auto view = c.run(service->progress(id)).value();
  EXPECT_EQ(view.scenarios, 5u);
  EXPECT_EQ(view.done, 2u);
  EXPECT_EQ(view.overrides.at("rounds"), "[2, 5]");
  finish(id);
  view = c.run(service->progress(id)).value();
  EXPECT_EQ(view.state, ExperimentState::Succeeded);
  EXPECT_EQ(view.done, 5u);
}

TEST_F(UseCases, SayWhyADesignCannotBeExtended) {
  finish(submit());
  const GoingOn larger{.how = GoingOn::How::Extended, .samples = 5};
  EXPECT_THAT(c.run(service->go_on({1}, larger)).error().message, HasSubstr("random"));
  experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  bundle.text.replace(bundle.text.find("[1, 2, 3]"), 9, "{uniform: [0, 1]}");
  bundle.text += "design: {method: lhs, samples: 2}\n";
  const auto id = std::get<Submitted>(c.run(service->submit(std::move(bundle), {})).value()).id;
  finish(id);
  EXPECT_THAT(c.run(service->go_on(id, larger)).error().message, HasSubstr("cannot be extended"));
}

TEST_F(UseCases, RefusesANameThatLeavesItsFolder) {
  experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  bundle.text += "overrides: {name: ../../elsewhere}\n";
  const auto accepted = c.run(service->submit(std::move(bundle), {}));
  ASSERT_FALSE(accepted);
  EXPECT_THAT(accepted.error().front().message, HasSubstr("slash"));
  EXPECT_THAT(list(), IsEmpty());
}

// --- fleets that are not there

Error first_error(const Accepted& answer) {
  return answer ? Error{} : answer.error().front();
}

TEST_F(UseCases, SaysWhatToDoWhereTheFleetDoesNotAnswer) {
  experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  c.yard->fault = [](const std::string& call, bool after) {
    const bool fails = call.starts_with("check") && !after;
    return fails ? std::make_exception_ptr(std::runtime_error("the engine sleeps")) : std::exception_ptr();
  };
  const auto error = first_error(c.run(service->submit(bundle, {})));
  EXPECT_EQ(error.code, ErrorCode::Unavailable);
  EXPECT_THAT(error.message, AllOf(HasSubstr("the engine sleeps"), HasSubstr("try again")));
  EXPECT_FALSE(c.run(service->plan(bundle, {})));
  SubmitOptions elsewhere;
  elsewhere.fleet = "moon";
  EXPECT_EQ(first_error(c.run(service->submit(bundle, elsewhere))).code, ErrorCode::Invalid);
  EXPECT_THAT(list(), IsEmpty());
  c.yard->fault = {};
  submit();
}

TEST_F(UseCases, ExperimentsWaitForTheirFleetAndGoOnWhenItComes) {
  auto far = std::make_shared<test::FakeYard>(c.io().get_executor());
  service.reset();
  serve("late");
  experiment::Bundle bundle{.file_name = "yard.yaml", .text = kText, .files = {}};
  EXPECT_EQ(first_error(c.run(service->submit(bundle, {}))).code, ErrorCode::Unavailable);
  c.run(service->take_up(std::make_unique<test::FakeFleet>(far, "late")));
  const auto id = submit(), unwanted = submit("unwanted"), later = submit("later");
  ASSERT_TRUE(c.advance_until([&] { return far->containers.size() == 3; }));

  // A controller without that fleet, as after a boot.
  service.reset();
  c.crash();
  c.start();
  serve("late");
  c.run(service->resume());
  EXPECT_THAT(c.run(service->progress(id))->reason, HasSubstr("waits"));
  EXPECT_TRUE(c.run(service->cancel(unwanted)));
  EXPECT_TRUE(c.run(service->pause(later)));
  EXPECT_EQ(c.run(service->progress(later))->state, ExperimentState::Paused) << "at once";
  EXPECT_EQ(c.active(id), nullptr);

  c.run(service->take_up(std::make_unique<test::FakeFleet>(far, "late")));
  ASSERT_NE(c.active(id), nullptr);
  EXPECT_EQ(c.active(unwanted), nullptr);
  EXPECT_EQ(c.active(later), nullptr);
  EXPECT_EQ(c.run(service->progress(id))->reason, "");
  // The worker that runs there is adopted, and not replaced.
  c.advance(std::chrono::seconds(1));
  const auto workers = c.run(service->workers({.experiment = id, .include_gone = true}));
  ASSERT_THAT(workers, SizeIs(1));
  EXPECT_TRUE(far->containers.contains(workers.front().handle));
}

TEST_F(UseCases, TellsWhatTheControllerIs) {
  const auto status = c.run(service->status());
  EXPECT_EQ(status.version, "1.2.3");
  EXPECT_EQ(status.store, "ok");
  EXPECT_EQ(status.experiments_running, 0U);
}

TEST(RecentReadings, ForgetWhateverWasNotLookedAtForTheLongest) {
  RecentReadings readings;
  const auto reading = std::make_shared<const experiment::file::LoadedExperiment>();
  for (std::int64_t n = 1; n <= static_cast<std::int64_t>(RecentReadings::kKept); ++n)
    readings.remember({n}, reading);
  EXPECT_TRUE(readings.find({1}));
  readings.remember({100}, reading);
  EXPECT_TRUE(readings.find({1}));
  EXPECT_FALSE(readings.find({2}));
  EXPECT_TRUE(readings.find({100}));
  readings.forget({100});
  EXPECT_FALSE(readings.find({100}));
}

}  // namespace
}  // namespace flowyard::controller::service
