// The REST face, its handler called without a socket.
#include <list>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/rest/guard.hpp"
#include "controller/rest/handler.hpp"
#include "controller/rest/problem.hpp"
#include "controller/rest/result_page.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/archive.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::controller::rest {
namespace {

using testing::HasSubstr;

// Keeps what a stream writes; ends it after so many chunks, as a peer that hangs up does.
class KeepingWriter final : public http::BodyWriter {
 public:
  explicit KeepingWriter(int most) : most_(most) {}
  async::Task<> write(std::string chunk) override {
    text += chunk;
    if (--most_ == 0) throw std::runtime_error("hung up");
    co_return;
  }
  std::string text;

 private:
  int most_;
};

http::Request request_for(std::string method, std::string target, std::string body = {}) {
  http::Request request;
  request.method = http::method_from(method).value();
  request.target = std::move(target);
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

class Api : public testing::Test {
 protected:
  Api() : fake(io.get_executor()) { test::furnish(fake); }

  http::Response send(http::Request request) {
    handlers.push_back(make_handler(fake, options));  // kept: the streams of its responses use it
    return test::run_task(io, handlers.back()(std::move(request)));
  }
  http::Response send(std::string method, std::string target, std::string body = {}) {
    return send(request_for(std::move(method), std::move(target), std::move(body)));
  }
  std::string streamed(const http::Response& response, int most = 1000) {
    KeepingWriter writer(most);
    try {
      test::run_task(io, response.stream(writer));
    } catch (const std::exception&) {
      cut_off = true;
    }
    return writer.text;
  }

  boost::asio::io_context io;
  test::FakeService fake;
  ApiOptions options;
  std::list<http::Handler> handlers;
  bool cut_off = false;
};

TEST_F(Api, PlansAndSubmits) {
  const std::string body = R"({"file_name": "e.yaml", "text": "name: x", "options": {"fleet": "process"}})";
  const auto looked = send("POST", "/api/v1/preview?series=Population&series=births&times=2", body);
  EXPECT_EQ(looked.status, 200);
  EXPECT_THAT(looked.body, HasSubstr(R"("name":"births","element":"","values":[1.0,2.0])"));
  EXPECT_EQ(send("POST", "/api/v1/preview?times=1", body).status, 400);
  const auto planned = send("POST", "/api/v1/plan", body);
  EXPECT_EQ(planned.status, 200);
  EXPECT_EQ(rest::plan_from_json(planned.body)->scenarios, 60u);
  auto request = request_for("POST", "/api/v1/experiments", body);
  request.headers.set("Content-Type", "application/json; charset=utf-8");
  request.headers.set("Idempotency-Key", "abc");
  const auto submitted = send(std::move(request));
  EXPECT_EQ(submitted.status, 201);
  EXPECT_EQ(submitted.headers.get("Location"), "/api/v1/experiments/2");
  EXPECT_EQ(fake.options.back().fleet, "process");
  EXPECT_EQ(fake.options.back().idempotency_key, "abc");
}

TEST_F(Api, TakesAWholeNumberHoweverItIsWritten) {
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/extend", R"({"samples": 7.0})").status / 100, 2);
  EXPECT_EQ(fake.calls.back(), "go on 1 7");
  for (const char* samples : {"7.5", "-1", "-1.0", "1e20", "\"7\""}) {
    const std::string body = std::string(R"({"samples": )") + samples + "}";
    EXPECT_EQ(send("POST", "/api/v1/experiments/1/extend", body).status, 400) << samples;
  }
}

TEST_F(Api, TakesCredentialsForARegistry) {
  const std::string auth = "eyJ1c2VybmFtZSI6ImFubiJ9";  // {"username":"ann"}
  const auto submission = [](const std::string& text) {
    return R"({"text": "name: x", "options": {"registry_auth": ")" + text + "\"}}";
  };
  EXPECT_EQ(send("POST", "/api/v1/experiments", submission(auth)).status, 201);
  EXPECT_EQ(fake.options.back().registry_auth.reveal(), auth);
  const std::string body = R"({"registry_auth": ")" + auth + "\"}";
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/resume", body).status, 202);
  EXPECT_EQ(fake.calls.back(), "go on 1 rest with " + auth);
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/retry", body).status, 202);
  EXPECT_EQ(fake.calls.back(), "go on 1 failed with " + auth);
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/extend", R"({"samples": 7, )" + body.substr(1)).status, 202);
  EXPECT_EQ(fake.calls.back(), "go on 1 7 with " + auth);
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/resume", "{}").status, 202);
  EXPECT_EQ(fake.calls.back(), "go on 1 rest");

  // What is none is not repeated in the answer, and no header can be made of it.
  for (const auto& [wrong, status] : std::map<std::string, int>{
           {"s3cret+/", 400}, {"s3cret\\r\\nX: y", 400}, {"czNjcmV0", 422}, {"WzFd", 422}}) {
    const auto answer = send("POST", "/api/v1/experiments", submission(wrong));
    EXPECT_EQ(answer.status, status) << wrong;
    EXPECT_EQ(answer.body.find(wrong), std::string::npos) << answer.body;
  }
}

TEST_F(Api, TakesAnExperimentFileAsItIs) {
  auto request = request_for("POST", "/api/v1/experiments", "name: tides\n");
  request.headers.set("Content-Type", "application/yaml; charset=utf-8");
  EXPECT_EQ(send(request).status, 201);
  EXPECT_EQ(fake.bundles.back().text, "name: tides\n");
  EXPECT_EQ(fake.bundles.back().file_name, "experiment.yaml");
  request.body = "name: \xff\n";
  EXPECT_EQ(send(request).status, 400);
  request.target = "/api/v1/prune";
  EXPECT_EQ(send(request).status, 415) << "only where the document says so";
}

TEST_F(Api, NamesMissingFilesAndEveryMistake) {
  fake.wanted_files = {"m.mdl"};
  auto response = send("POST", "/api/v1/plan", R"({"text": ""})");
  const auto problem = rest::read_problem(response.status, response.body);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(problem.type, rest::kMissingFilesType);
  EXPECT_EQ(problem.missing.at(0).path, "m.mdl");
  fake.diagnostics = {invalid("a", {"e.yaml", 1, 2}), invalid("b", {"e.yaml", 3, 4})};
  response = send("POST", "/api/v1/experiments", R"({"text": ""})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(rest::read_problem(422, response.body).errors.size(), 2u);
}

TEST_F(Api, PagesThroughWorkers) {
  auto page = rest::workers_from_json(send("GET", "/api/v1/workers?limit=3").body).value();
  EXPECT_EQ(page.items.size(), 3u);
  page = rest::workers_from_json(send("GET", "/api/v1/workers?limit=3&cursor=" + page.next.value()).body)
             .value();
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].name, "novel-poodle");
  EXPECT_FALSE(page.next);
  EXPECT_EQ(rest::workers_from_json(send("GET", "/api/v1/workers?status=failed").body)->items.size(), 1u);
  EXPECT_EQ(send("GET", "/api/v1/workers?status=bogus").status, 400);
}

TEST_F(Api, GivesTheTableOfResultsInPages) {
  const auto response = send("GET",
                             "/api/v1/experiments/three-scenarios/results?limit=2&sort=-final"
                             "&where=final%20%3E%201&columns=scenario,final");
  ASSERT_EQ(response.status, 200);
  const auto& asked = fake.table_requests.back();
  EXPECT_EQ(asked.where, "final > 1");
  EXPECT_EQ(asked.sort, "-final");
  EXPECT_EQ(asked.columns, "scenario,final");
  EXPECT_EQ(asked.limit, 2u);
  const auto page = rest::result_page_from_json(response.body).value();
  EXPECT_EQ(page.rows.size(), 2u);
  EXPECT_EQ(page.total, 3u);
  const auto rest =
      rest::result_page_from_json(
          send("GET", "/api/v1/experiments/1/results?where=final%20%3E%201&sort=-final&cursor=" + *page.next)
              .body)
          .value();
  EXPECT_EQ(fake.table_requests.back().limit, 100u);
  EXPECT_EQ(rest.rows.size(), 1u);
  EXPECT_FALSE(rest.next);
}

TEST_F(Api, RefusesWhatCannotBeAskedOfATable) {
  for (const char* query : {"limit=0", "limit=1001", "limit=x", "order=final"})
    EXPECT_EQ(send("GET", std::string("/api/v1/experiments/1/results?") + query).status, 400) << query;
  EXPECT_EQ(send("GET", "/api/v1/experiments/none/results").status, 404);
  fake.table_errors = {invalid("there is no column 'x'", {"where", 1, 3}), invalid("another")};
  const auto response = send("GET", "/api/v1/experiments/1/results?where=x");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(rest::read_problem(422, response.body).errors.size(), 2u);
}

TEST_F(Api, GivesAChartAsAPictureOrWithWhatItShows) {
  const std::string path = "/api/v1/experiments/three-scenarios/chart?of=final";
  const auto picture =
      send("GET", path + "&kind=heatmap&by=region&x=a&y=b&where=final%20%3E%201&width=300&height=1600");
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.headers.get("Content-Type"), "image/png");
  EXPECT_EQ(picture.body, fake.chart_view.png);
  const auto& asked = fake.chart_requests.back();
  EXPECT_EQ(asked.request.of, "final");
  EXPECT_EQ(asked.request.kind, "heatmap");
  EXPECT_EQ(asked.request.by + asked.request.x + asked.request.y, "regionab");
  EXPECT_EQ(asked.request.where, "final > 1");
  EXPECT_EQ(asked.size.width, 300);
  EXPECT_EQ(asked.size.height, 1600);
  const auto answer = rest::chart_from_json(send("GET", path + "&format=json").body).value();
  EXPECT_EQ(answer.image, "iVBORyBhbmQgbW9yZQ==");
  EXPECT_EQ(answer.told, fake.chart_view.told);
  EXPECT_EQ(answer.runs, 60u);
  EXPECT_EQ(fake.chart_requests.back().size.width, 720);
}

TEST_F(Api, RefusesWhatNoChartCanHave) {
  for (const char* query : {"of=final&width=199", "of=final&height=1601", "of=final&format=svg", "off=final"})
    EXPECT_EQ(send("GET", std::string("/api/v1/experiments/1/chart?") + query).status, 400) << query;
  EXPECT_EQ(send("GET", "/api/v1/experiments/none/chart?of=final").status, 404);
  EXPECT_TRUE(fake.chart_requests.empty());
  fake.table_errors = {invalid("there is no outcome or series 'finl', did you mean 'final'?")};
  const auto response = send("GET", "/api/v1/experiments/1/chart?of=finl");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("did you mean 'final'?"));
}

TEST_F(Api, FindsExperimentsByNameAndLatest) {
  for (const char* which : {"1", "@latest", "%40latest", "three-scenarios", "three"}) {
    EXPECT_EQ(send("GET", std::string("/api/v1/experiments/") + which).status, 200) << which;
  }
  const auto response = send("GET", "/api/v1/experiments/none");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("there is no experiment 'none'"));
}

TEST_F(Api, KeepsAnEncodedSlashInsideAName) {
  EXPECT_THAT(send("GET", "/api/v1/experiments/a%2Fb").body, HasSubstr("'a/b'"));
}

TEST_F(Api, ActsOnWorkersAndExperiments) {
  EXPECT_EQ(send("POST", "/api/v1/workers/novel-poodle/restart").status, 202);
  EXPECT_EQ(send("DELETE", "/api/v1/workers/novel-poodle").status, 409);
  EXPECT_EQ(send("DELETE", "/api/v1/workers/novel-poodle?force=true").status, 204);
  EXPECT_EQ(send("DELETE", "/api/v1/workers/quiet-otter?force=false").status, 204);
  EXPECT_EQ(send("POST", "/api/v1/experiments/1/cancel").status, 409);
  EXPECT_EQ(send("DELETE", "/api/v1/experiments/1").status, 200);
  EXPECT_EQ(send("POST", "/api/v1/prune", R"({"older_than_seconds": 60, "dry_run": true})").status, 200);
  EXPECT_EQ(send("POST", "/api/v1/controller/stop").status, 202);
  EXPECT_THAT(fake.calls,
              testing::ElementsAre("restart novel-poodle", "delete novel-poodle", "delete quiet-otter",
                                   "cancel 1", "delete experiment 1", "prune dry 60000", "stop"));
}

TEST_F(Api, StreamsALog) {
  const auto response = send("GET", "/api/v1/workers/novel/log?tail=2");
  EXPECT_EQ(streamed(response), "done in 12.5 ms\ngoodbye\n");
  EXPECT_EQ(send("GET", "/api/v1/workers/nobody/log").status, 404);
}

TEST_F(Api, StreamsACheckoutThatEndsWithItsMark) {
  results::ArchiveReader reader;
  reader.push(streamed(send("GET", "/api/v1/checkout/1")));
  std::vector<std::string> paths;
  while (const auto piece = reader.next().value())
    if (!piece->path.empty()) paths.push_back(piece->path);
  ASSERT_EQ(paths.size(), fake.files.size());
  for (std::size_t i = 0; i < paths.size(); ++i) EXPECT_EQ(paths[i], fake.files[i].path);
  EXPECT_TRUE(reader.at_end());
}

TEST_F(Api, WritesTheTablesOfACheckoutAsAsked) {
  streamed(send("GET", "/api/v1/checkout/1?format=tab"));
  EXPECT_THAT(fake.calls, testing::ElementsAre("checkout as tab"));
  const auto refused = send("GET", "/api/v1/checkout/1?format=xls");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("there are csv, tab, netcdf"));
}

TEST_F(Api, GivesAllRowsInOneAnswer) {
  const std::string path = "/api/v1/experiments/1/results?format=";
  const auto response = send("GET", path + "csv");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/csv");
  const auto csv = streamed(response);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + static_cast<long>(fake.results_table.rows.size()));
  const auto lines = streamed(send("GET", path + "jsonl&limit=1"));
  EXPECT_EQ(lines.front(), '[');
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(send("GET", path + "xls").status, 400);
  EXPECT_EQ(send("GET", path + "csv&cursor=x").status, 400);
  fake.table_errors = {invalid("there is no column 'x'")};
  EXPECT_EQ(send("GET", path + "csv&where=x").status, 422);
}

TEST_F(Api, TakesACursorForTheListingThatItIsOfAlone) {
  const auto first = rest::workers_from_json(send("GET", "/api/v1/workers?limit=1").body).value();
  const std::string cursor = first.next.value();
  EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            cursor.npos);
  EXPECT_EQ(send("GET", "/api/v1/workers?limit=2&cursor=" + cursor).status, 200);
  const auto other = send("GET", "/api/v1/workers?status=failed&cursor=" + cursor);
  EXPECT_EQ(other.status, 400);
  EXPECT_THAT(other.body, HasSubstr("other filters"));
  EXPECT_THAT(send("GET", "/api/v1/experiments?cursor=" + cursor).body, HasSubstr("another listing"));
  for (const std::string& wrong :
       std::vector<std::string>{"1", "7", "", "%20", "MSAx", cursor + "=", cursor.substr(1)})
    EXPECT_EQ(send("GET", "/api/v1/workers?cursor=" + wrong).status, 400) << wrong;
}

TEST_F(Api, CutsOffACheckoutThatFails) {
  fake.breaks_off_checkout = true;
  streamed(send("GET", "/api/v1/checkout/1"));
  EXPECT_TRUE(cut_off);
}

TEST_F(Api, ResumesEventsAfterTheLastOneSeen) {
  for (const char* type : {"note", "worker", "progress"}) {
    fake.append({.id = 0, .time = {}, .experiment = {1}, .type = type, .fields = {}});
  }
  auto request = request_for("GET", "/api/v1/events?experiment=1");
  request.headers.set("Last-Event-ID", "1");
  const auto text = streamed(send(std::move(request)), 2);
  EXPECT_THAT(text, HasSubstr(": listening"));
  EXPECT_THAT(text, HasSubstr("id: 2\nevent: worker\ndata: {"));
  EXPECT_THAT(text, HasSubstr("id: 3\nevent: progress\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("id: 1\n")));
}

TEST_F(Api, KeepsASilentEventStreamAlive) {
  options.keepalive = Milliseconds(1);
  EXPECT_THAT(streamed(send("GET", "/api/v1/events"), 3), HasSubstr(": still here"));
}

TEST_F(Api, TellsHowToAskBetter) {
  auto response = send("PUT", "/api/v1/experiments");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "POST, GET");
  response = send("GET", "/api/v1/nothing");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("openapi.yaml"));
  response = send("GET", "/api/v1/workers?limt=3");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("did you mean 'limit'"));
  EXPECT_EQ(send("GET", "/api/v1/workers?limit=0").status, 400);
  EXPECT_EQ(send("GET", "/api/v1/workers/novel/log?since=then").status, 400);
  EXPECT_EQ(send("POST", "/api/v1/plan", "nonsense").status, 400);
  auto untyped = request_for("POST", "/api/v1/plan");
  untyped.body = "{}";
  EXPECT_EQ(send(std::move(untyped)).status, 415);
}

TEST_F(Api, AnswersProbesAndMetrics) {
  EXPECT_EQ(send("GET", "/healthz").status, 200);
  EXPECT_EQ(send("GET", "/readyz").status, 200);
  const auto metrics = send("GET", "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("# TYPE flowyard_experiments gauge\n"));
  EXPECT_THAT(metrics, HasSubstr("flowyard_experiments{state=\"succeeded\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("flowyard_workers_live 3\n"));
}

http::Request from_network(const std::string& token, std::string host = "127.0.0.1:7700") {
  auto request = request_for("GET", "/api/v1/controller");
  request.headers.set("Host", std::move(host));
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  return request;
}

class Network : public Api {
 protected:
  Network() {
    options.transport = Transport::Tcp;
    options.token = Secret("s3cret");
    options.hosts = {"yard.example", "other.example:7700"};
  }
};

TEST_F(Network, WantsTheToken) {
  EXPECT_EQ(send(from_network("s3cret")).status, 200);
  for (const char* wrong : {"", "s3cre", "s3cret2", "S3cret"}) {
    EXPECT_EQ(send(from_network(wrong)).status, 401) << wrong;
  }
  auto health = from_network("");
  health.target = "/healthz";
  EXPECT_EQ(send(std::move(health)).status, 200);
  options.token = Secret("");
  EXPECT_EQ(send(from_network("")).status, 401);
}

TEST_F(Network, KnowsItsOwnByTheHeadOfARequest) {
  const auto guard = make_guard(fake, options);
  EXPECT_EQ(std::get<http::Standing>(guard(from_network("s3cret"))), http::Standing::Known);
  auto health = from_network("");
  health.target = "/healthz";
  // Anybody may ask whether we live, and is not known by that.
  EXPECT_EQ(std::get<http::Standing>(guard(health)), http::Standing::Stranger);
  EXPECT_EQ(std::get<http::Response>(guard(from_network("wrong"))).status, 401);
  options.transport = Transport::Unix;
  EXPECT_EQ(std::get<http::Standing>(make_guard(fake, options)(from_network(""))), http::Standing::Known);
}

TEST_F(Network, WantsTheTokenForEveryRouteButThoseForAll) {
  const std::set<std::string_view> for_all = {"/healthz", "/readyz"};
  const std::set<std::string_view> for_this_machine = {"/metrics", "/api/v1/openapi.yaml"};
  for (const auto& route : routes()) {
    for (const std::string address : {"127.0.0.1", "::1", "192.0.2.7", ""}) {
      auto request = from_network("");
      request.method = route.method;
      request.target = route.pattern;
      request.arrived_at = address;
      const bool here = address == "127.0.0.1" || address == "::1";
      const bool open = for_all.contains(route.pattern) || (here && for_this_machine.contains(route.pattern));
      EXPECT_EQ(send(std::move(request)).status, open ? 200 : 401) << route.pattern << " at " << address;
    }
  }
}

TEST_F(Network, KnowsNamedTokensUntilTheyAreRevoked) {
  auto create = from_network("s3cret");
  create.method = http::Method::Post;
  create.target = "/api/v1/tokens";
  create.headers.set("Content-Type", "application/json");
  create.body = R"({"name": "laptop"})";
  EXPECT_EQ(send(create).status, 201);
  EXPECT_EQ(send(create).status, 409);
  EXPECT_EQ(send(from_network("token of laptop")).status, 200);
  auto list = from_network("token of laptop");
  list.target = "/api/v1/tokens";
  const auto listed = send(list).body;
  EXPECT_THAT(listed, HasSubstr("laptop"));
  EXPECT_THAT(listed, testing::Not(HasSubstr("token of laptop")));
  auto revoke = from_network("token of laptop");
  revoke.method = http::Method::Delete;
  revoke.target = "/api/v1/tokens/laptop";
  EXPECT_EQ(send(revoke).status, 204);
  EXPECT_EQ(send(revoke).status, 401);
  EXPECT_EQ(send(from_network("token of laptop")).status, 401);
}

TEST_F(Network, AReadOnlyTokenChangesNothing) {
  fake.known_tokens["token of eye"] = experiment::Access::ReadOnly;
  for (const auto& route : routes()) {
    auto request = from_network("token of eye");
    request.method = route.method;
    request.target = route.pattern;
    const int status = send(std::move(request)).status;
    const bool only_looks = route.pattern == "/api/v1/plan" || route.pattern == "/api/v1/preview";
    if (route.method == http::Method::Get || only_looks) {
      EXPECT_TRUE(status != 401 && status != 403) << route.pattern;
    } else {
      EXPECT_EQ(status, 403) << route.pattern;
    }
  }
  EXPECT_TRUE(fake.calls.empty());
}

TEST_F(Network, ATokenWithABudgetIsChargedAndMakesNoOthers) {
  fake.known_tokens["token of agent"] = experiment::Access::Full;
  fake.budgets["token of agent"] = {.account = "token agent",
                                    .budget = experiment::parse_budget("runs=5").value()};
  auto submit = from_network("token of agent");
  submit.method = http::Method::Post;
  submit.target = "/api/v1/experiments";
  submit.headers.set("Content-Type", "application/yaml");
  submit.headers.set("Flowyard-Budget", "mine workers=2");
  submit.body = "name: yard";
  EXPECT_EQ(send(submit).status, 201);
  ASSERT_EQ(fake.options.back().charges.size(), 2u);
  EXPECT_EQ(fake.options.back().charges[0].account, "token agent");
  EXPECT_EQ(fake.options.back().charges[1].account, "client mine");
  EXPECT_EQ(fake.options.back().charges[1].budget.workers, 2u);
  submit.headers.set("Flowyard-Budget", "mine worker=2");
  EXPECT_EQ(send(submit).status, 400);
  auto make = from_network("token of agent");
  make.method = http::Method::Post;
  make.target = "/api/v1/tokens";
  make.headers.set("Content-Type", "application/json");
  make.body = R"({"name": "other"})";
  EXPECT_EQ(send(make).status, 403);
}

TEST_F(Api, RefusesATokenRequestThatItDoesNotUnderstand) {
  for (const char* body : {"{}", R"({"name": null})", R"({"name": 7})", R"({"name": "a", "readonly": true})",
                           "[]", "{", R"({"name": "a", "read_only": 1})"})
    EXPECT_EQ(send("POST", "/api/v1/tokens", body).status, 400) << body;
}

TEST_F(Network, AnswersToItsOwnNameOnly) {
  for (const char* host : {"localhost:7700", "localhost", "LocalHost:9000", "127.0.0.1", "[::1]:7700",
                           "yard.example", "Yard.Example:80", "other.example:7700", "192.0.2.7:7700"}) {
    auto request = from_network("s3cret", host);
    request.arrived_at = "192.0.2.7";
    EXPECT_EQ(send(request).status, 200) << host;
    request.headers.set("Authorization", "");
    EXPECT_EQ(send(request).status, 401) << host;
  }
  // Names that a foreign page could have resolved to this machine, and what looks like one of ours.
  for (const char* host :
       {"", ":7700", "evil.example", "evil.example:7700", "other.example", "other.example:80",
        "127.0.0.1.evil.example", "localhost.evil.example", "[", "[]", "192.0.2.7"}) {
    EXPECT_EQ(send(from_network("s3cret", host)).status, 421) << host;
  }
}

TEST_F(Network, LetsNoForeignPageWrite) {
  auto request = from_network("s3cret");
  request.method = http::Method::Post;
  request.target = "/api/v1/controller/stop";
  request.headers.set("Origin", "http://evil.example");
  EXPECT_EQ(send(request).status, 403);
  request.headers.set("Origin", "http://127.0.0.1:8080");
  EXPECT_EQ(send(request).status, 403) << "another program of this machine";
  for (const char* own : {"http://127.0.0.1:7700", "https://127.0.0.1:7700", "https://yard.example"}) {
    request.headers.set("Origin", own);
    EXPECT_EQ(send(request).status, 202) << own;
  }
}

}  // namespace
}  // namespace flowyard::controller::rest
