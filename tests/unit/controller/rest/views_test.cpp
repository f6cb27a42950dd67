#include "controller/rest/views.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "controller/rest/problem.hpp"
#include "controller/rest/result_page.hpp"
#include "controller/rest/submission.hpp"
#include "controller/rest/time.hpp"

namespace flowyard::controller::rest {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year{2026} / 1 / 31)) + 12h + 1500ms;

TEST(Time, ReadsWhatItWrites) {
  EXPECT_EQ(parse_rfc3339(to_rfc3339(noon)).value(), noon);
}

TEST(Time, UnderstandsOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("2026-01-31T14:00:01.5004+02:00").value(), noon);
  EXPECT_EQ(parse_rfc3339("2026-01-31t12:00:01Z").value(), noon - 500ms);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2026-02-30T00:00:00Z", "2026-01-31", "2026-01-31T12:00:00",
                           "2026-01-31T25:00:00Z", "2026-01-31T12:00:00Zx", "2026-01-31T12:00:00.Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Utf8, KnowsItFromOtherBytes) {
  for (const char* text : {"", "abc", "Größe", "日本", "\xF0\x9F\x90\xA9"}) EXPECT_TRUE(is_utf8(text));
  for (const char* text : {"\xff", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\x80"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

service::WorkerView a_worker() {
  service::WorkerView view;
  view.id = {7};
  view.name = "novel-poodle";
  view.experiment_id = {3};
  view.state = experiment::WorkerState::Exited;
  view.cause = experiment::DeathCause::Oom;
  view.reason = "out of memory";
  view.exit = experiment::Exit{.code = 137, .oom_killed = true, .vanished = false};
  view.created = noon;
  view.memory_bytes = 64u << 20;
  view.experiment = "logistic";
  view.status = "failed";
  view.cpu_percent = 12.5;
  return view;
}

TEST(WorkerJson, SurvivesTheRoundTrip) {
  const auto text = to_json(a_worker());
  const auto read = worker_from_json(text);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->exit->code, 137);
  EXPECT_EQ(read->created, noon);
  EXPECT_FALSE(read->ready);
}

TEST(WorkerJson, ReplacesBytesThatAreNotText) {
  auto view = a_worker();
  view.reason = "bad \xff byte";
  EXPECT_EQ(worker_from_json(to_json(view))->reason, "bad \xEF\xBF\xBD byte");
}

TEST(ExperimentJson, CarriesNanAsNull) {
  service::ExperimentDetail detail;
  detail.id = {3};
  detail.state = experiment::ExperimentState::Incomplete;
  detail.containers.push_back({.worker = "novel-poodle",
                               .title = "T",
                               .scenario = "Baseline",
                               .iterations = 20,
                               .total_seconds = 1.5,
                               .per_iteration_seconds = std::nan("")});
  const auto text = to_json(detail);
  EXPECT_NE(text.find("\"per_iteration_seconds\":null"), std::string::npos);
  const auto read = experiment_detail_from_json(text);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), text);
  EXPECT_TRUE(std::isnan(read->containers[0].per_iteration_seconds));
  EXPECT_EQ(read->state, experiment::ExperimentState::Incomplete);
}

TEST(ResultsJson, HasTheColumnsAsMembersOfRows) {
  using results::Cell;
  using results::ColumnKind;
  service::ResultPage page;
  page.columns = {{"region", ColumnKind::Text, ""}, {"final.mean", ColumnKind::Number, "final"}};
  page.rows = {{"north", 10000.0}, {Cell(), 0.25}, {"south", std::numeric_limits<double>::infinity()}};
  page.next = "MTc=";
  page.total = 7;
  const auto text = to_json(page);
  EXPECT_EQ(
      text,
      R"({"columns":[{"name":"region","kind":"text"},{"name":"final.mean","kind":"number","outcome":"final"}],)"
      R"("rows":[{"region":"north","final.mean":10000},{"region":null,"final.mean":0.25},)"
      R"({"region":"south","final.mean":null}],"next":"MTc=","total":7})");
  auto read = result_page_from_json(text).value();
  EXPECT_EQ(read.columns[0].kind, ColumnKind::Text);
  EXPECT_EQ(read.columns[1].outcome, "final");
  EXPECT_EQ(read.rows[1], (std::vector<Cell>{Cell(), 0.25}));
  EXPECT_EQ(read.next, "MTc=");
  EXPECT_EQ(read.total, 7u);
  EXPECT_EQ(to_json(read), text);
}

TEST(PlanJson, SurvivesTheRoundTrip) {
  service::PlanView view;
  view.name = "x";
  view.scenarios = 60;
  view.named = {{"Baseline", 20, "m.yaml"}};
  view.axes = {"growth_rate: 3 values"};
  view.warnings = {"beware"};
  const auto text = to_json(view);
  EXPECT_EQ(to_json(plan_from_json(text).value()), text);
}

TEST(EventJson, HasNumbersAsNumbers) {
  const experiment::JournalEvent event{.id = 9,
                                       .time = noon,
                                       .experiment = {3},
                                       .type = "progress",
                                       .fields = {{"done", std::int64_t{17}}, {"name", "17"}}};
  const auto text = to_json(event);
  EXPECT_NE(text.find(R"("fields":{"done":17,"name":"17"})"), std::string::npos) << text;
  EXPECT_EQ(event_from_json(text)->fields, event.fields);
}

TEST(PageJson, HasNullForNoNextPage) {
  Page<service::WorkerView> page;
  page.items.push_back(a_worker());
  EXPECT_NE(to_json(page).find("\"next\":null"), std::string::npos);
  page.next = "7";
  const auto read = workers_from_json(to_json(page));
  EXPECT_EQ(read->next, "7");
  EXPECT_EQ(read->items.at(0).name, "novel-poodle");
}

TEST(Views, OfSomethingElseAreErrors) {
  for (const char* text : {"", "[", "[]", "3", "{\"name\": 5}"}) {
    EXPECT_FALSE(worker_from_json(text)) << text;
    EXPECT_FALSE(plan_from_json(text)) << text;
  }
}

TEST(Submission, CarriesTextAndBytes) {
  Submission submission;
  submission.bundle = {.file_name = "e.yaml",
                       .text = "name: x\n",
                       .files = {{"m.mdl", "Größe"}, {"d.bin", std::string("\0\xff", 2)}}};
  submission.options.fleet = "process";
  const auto text = to_json(submission);
  const auto read = submission_from_json(text);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->bundle.files[1].content, std::string("\0\xff", 2));
  EXPECT_EQ(read->options.fleet, "process");
}

TEST(Submission, LeavesOutWhatIsNotAsked) {
  Submission submission;
  submission.bundle = {.file_name = "e.yaml",
                       .text = "name: x\n",
                       .files = {{"m.mdl", "Größe"}, {"d.bin", std::string("\0\xff", 2)}}};
  submission.options.fleet = "docker";
  EXPECT_EQ(to_json(submission),
            R"({"file_name":"e.yaml","text":"name: x\n","files":[{"path":"m.mdl","content":"Größe"},)"
            R"({"path":"d.bin","content_base64":"AP8="}],"options":{"fleet":"docker"}})");
  EXPECT_EQ(to_json(Submission{}), R"({"file_name":"","text":"","files":[],"options":{}})");
}

TEST(Submission, MayLeaveOutAllButTheText) {
  const auto read = submission_from_json(R"({"text": "name: x", "options": {"fleet": null}})");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->bundle.file_name, "experiment.yaml");
  EXPECT_EQ(read->options.fleet, "");
}

TEST(Submission, SaysWhatIsWrongWithIt) {
  const std::pair<const char*, const char*> cases[] = {
      {"{", "the body is not JSON"},
      {"[]", "the body must be an object"},
      {"{}", "must have 'text'"},
      {R"({"text": 5})", "text must be a string"},
      {R"({"text": "", "files": {}})", "files must be an array"},
      {R"({"text": "", "files": [7]})", "a file must be an object"},
      {R"({"text": "", "options": {"fleet": 4}})", "fleet must be a string"},
      {R"({"text": "", "flies": []})", "did you mean 'files'"},
      {R"({"text": "", "files": [{"path": "a", "content_base64": "*"}]})", "content_base64 must be base64"},
      {R"({"text": "", "files": [{"content": "a"}]})", "a file must have a path"},
      {R"({"text": "", "files": [{"path": "a"}, {"path": "b"}, {"path": "a"}]})",
       "files has 'a' more than once"},
  };
  for (const auto& [text, message] : cases) {
    const auto read = submission_from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(message), std::string::npos) << read.error().message;
  }
}

TEST(Problem, CarriesEveryErrorWithItsPlace) {
  const Errors errors = {invalid("no parameter 'grwth'", {"e.yaml", 3, 5}),
                         invalid("wrong", {"e.yaml", 9, 1})};
  const auto problem = problem_of(errors);
  EXPECT_EQ(problem.status, 422);
  const auto read = read_problem(422, to_json(problem));
  ASSERT_EQ(read.errors.size(), 2u);
  EXPECT_EQ(to_string(read.errors[0]), "e.yaml:3:5: no parameter 'grwth'");
}

TEST(Problem, LeavesOutWhatItDoesNotKnow) {
  Error error = invalid("wrong", {"e.yaml", 9, 0});
  error.context = {"reading"};
  EXPECT_EQ(to_json(problem_of(Errors{error, failure(ErrorCode::NotFound, "no")})),
            R"({"type":"urn:flowyard:problem:invalid","title":"The input is wrong","status":422,)"
            R"("detail":"2 errors","errors":[{"code":"invalid","message":"wrong","file":"e.yaml","line":9,)"
            R"("context":["reading"]},{"code":"not_found","message":"no"}]})");
  EXPECT_EQ(to_json(Problem{}), R"({"type":"","title":"","status":500})");
}

TEST(Problem, OfMissingFilesNamesThem) {
  const auto read = read_problem(422, to_json(problem_of({{"m.mdl", {"e.yaml", 2, 8}}})));
  EXPECT_EQ(read.type, kMissingFilesType);
  ASSERT_EQ(read.missing.size(), 1u);
  EXPECT_EQ(read.missing[0].path, "m.mdl");
  EXPECT_EQ(read.missing[0].location.line, 2);
}

TEST(Problem, IsMadeOfAnyErrorResponse) {
  const auto read = read_problem(404, "<html>nginx</html>");
  ASSERT_EQ(read.errors.size(), 1u);
  EXPECT_EQ(read.errors[0].code, ErrorCode::NotFound);
  EXPECT_EQ(read_problem(503, "").errors[0].message, "HTTP status 503");
}

TEST(Prune, GuessesNothing) {
  for (const char* body : {"{}", R"({"older_than": "x"})", R"({"older_than_seconds": 5, "dryrun": true})",
                           R"({"older_than_seconds": "5"})", R"({"older_than_seconds": null})",
                           R"({"older_than_seconds": 0, "dry_run": null})"}) {
    EXPECT_FALSE(prune_request_from_json(body)) << body;
  }
  EXPECT_TRUE(prune_request_from_json(R"({"older_than_seconds": 5})"));
}

TEST(Prune, RefusesANegativeAge) {
  EXPECT_FALSE(prune_request_from_json(R"({"older_than_seconds": -1})"));
  EXPECT_FALSE(prune_request_from_json("nonsense"));
  EXPECT_EQ(prune_request_from_json(R"({"older_than_seconds": 60, "dry_run": true})")->dry_run, true);
}

}  // namespace
}  // namespace flowyard::controller::rest
