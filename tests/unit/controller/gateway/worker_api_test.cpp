// What workers ask, answered by the real orchestrator and store, without a socket.
#include "controller/gateway/worker_api.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::controller::gateway {
namespace {

using namespace std::chrono_literals;
using test::SimulatedController;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace protocol = worker::protocol;

class Asking : public ::testing::Test {
 protected:
  void SetUp() override {
    c.start();
    api = std::make_unique<WorkerApi>(c.up(), "controller-1", Log());
    id = c.submit({.sizes = {4}, .outcomes = {"final"}});
    ASSERT_TRUE(c.wait_for_running(1));
    worker = c.running();
  }

  http::Response ask(http::Method method, const std::string& path, std::string body = "{}",
                     const std::string& token = "") {
    http::Request request;
    request.method = method;
    request.target = path;
    request.body = std::move(body);
    if (!token.empty()) request.headers.set(protocol::kLeaseTokenHeader, token);
    return c.run(api->answer(worker, std::move(request)));
  }
  http::Response post(const std::string& path, std::string body = "{}", const std::string& token = "") {
    return ask(http::Method::Post, path, std::move(body), token);
  }
  http::Response hello() {
    return post("/v1/hello", R"({"protocol":1,"worker":"novel-poodle","runner":"test","version":"1"})");
  }
  protocol::LeaseGrant lease() {
    const auto response = post("/v1/lease");
    EXPECT_EQ(response.status, 200) << response.body;
    return protocol::from_json<protocol::LeaseGrant>(response.body).value();
  }
  std::string results_path(const protocol::LeaseGrant& grant) {
    return "/v1/leases/" + std::to_string(grant.lease) + "/results";
  }
  static protocol::ResultChunk chunk_of(const protocol::LeaseGrant& grant) {
    protocol::ResultChunk chunk;
    chunk.first = grant.first;
    chunk.count = grant.count;
    chunk.compute_seconds = 0.01;
    chunk.outcome_names = {"final"};
    chunk.outcomes = {std::vector<double>(grant.count, 7)};
    return chunk;
  }

  SimulatedController c;
  std::unique_ptr<WorkerApi> api;
  experiment::ExperimentId id;
  experiment::WorkerId worker;
};

TEST_F(Asking, WelcomesAWorkerThatIsExpected) {
  const auto response = hello();
  EXPECT_EQ(response.status, 200);
  const auto welcome = protocol::from_json<protocol::Welcome>(response.body).value();
  EXPECT_EQ(welcome.controller, "controller-1");
  EXPECT_GT(welcome.heartbeat_every, 0);
}

TEST_F(Asking, RefusesAnotherProtocolAndWhatIsNoMessage) {
  EXPECT_EQ(
      post("/v1/hello", R"({"protocol":2,"worker":"novel-poodle","runner":"test","version":"1"})").status,
      426);
  EXPECT_EQ(post("/v1/hello", "hello?").status, 400);
  EXPECT_EQ(post("/v1/hell").status, 404);
  EXPECT_EQ(ask(http::Method::Get, "/v1/hello").status, 405);
  EXPECT_EQ(post("/v1/leases/seven/results").status, 404);
}

TEST_F(Asking, HandsOutScenariosAndTakesTheirResults) {
  hello();
  const auto grant = lease();
  EXPECT_EQ(grant.count, 4u);
  const auto response = post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("\"done\":true"));
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token).status, 200)
      << "the same again";
  EXPECT_EQ(post("/v1/lease").status, 410);
  EXPECT_EQ(c.progress(id).done, 4u);
}

TEST_F(Asking, FailsTheLeaseOfResultsThatDoNotFit) {
  hello();
  const auto grant = lease();
  auto chunk = chunk_of(grant);
  chunk.outcome_names = {"population"};
  const auto response = post(results_path(grant), protocol::to_json(chunk), grant.token);
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("population"));
  EXPECT_EQ(c.progress(id).done, 0u);
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token).status, 409);
  EXPECT_EQ(lease().count, 2u) << "its halves are tried";
}

TEST_F(Asking, LetsNobodyFailALeaseWithoutItsToken) {
  hello();
  const auto grant = lease();
  auto chunk = chunk_of(grant);
  chunk.outcome_names = {"population"};
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk), "stolen").status, 409);
  EXPECT_EQ(
      post("/v1/leases/" + std::to_string(grant.lease) + "/failed", R"({"message":"no"})", "stolen").status,
      409);
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token).status, 200);
}

TEST_F(Asking, AsksForPatienceWhileTheDiskIsFull) {
  hello();
  const auto grant = lease();
  c.disk.fail_after(0);
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token).status, 503);
  c.disk.make_room();
  EXPECT_EQ(post(results_path(grant), protocol::to_json(chunk_of(grant)), grant.token).status, 200);
}

TEST_F(Asking, AsksForPatienceWithAHelloThatCannotBeStored) {
  c.disk.fail_after(0);
  EXPECT_EQ(hello().status, 503);
  c.disk.make_room();
  EXPECT_EQ(hello().status, 200);
}

TEST_F(Asking, TellsOfARevokedLeaseInAnswerToAHeartbeat) {
  hello();
  const auto grant = lease();
  const std::string beat =
      R"({"cpu_seconds":1,"memory_bytes":2,"lease":)" + std::to_string(grant.lease) + R"(,"done":1})";
  auto answer = protocol::from_json<protocol::HeartbeatAnswer>(post("/v1/heartbeat", beat).body).value();
  EXPECT_THAT(answer.revoked, IsEmpty());
  EXPECT_FALSE(answer.leave);
  c.run(c.up().cancel(id));
  c.run(c.up().fail_lease(worker, {grant.lease}, grant.token, "no"));
  answer = protocol::from_json<protocol::HeartbeatAnswer>(post("/v1/heartbeat", beat).body).value();
  EXPECT_THAT(answer.revoked, SizeIs(1));
  EXPECT_TRUE(answer.leave);
}

TEST_F(Asking, TakesProgressFromHeartbeats) {
  hello();
  const auto grant = lease();
  for (int second = 0; second < 100; ++second) {
    post("/v1/heartbeat", R"({"cpu_seconds":1,"memory_bytes":2,"lease":)" + std::to_string(grant.lease) +
                              R"(,"done":)" + std::to_string(second + 1) + "}");
    c.advance(1s);
  }
  EXPECT_TRUE(c.up().worker(worker)) << "it computes, slowly";
}

TEST_F(Asking, SendsTheWorkersOfAnEndedExperimentHome) {
  hello();
  c.run(c.up().cancel(id));
  EXPECT_EQ(post("/v1/lease").status, 410);
}

TEST_F(Asking, TakesScenariosThatFailedAndGoesOn) {
  hello();
  const auto grant = lease();
  ASSERT_GE(grant.count, 2u);
  protocol::ResultChunk failed;
  failed.first = grant.first;
  failed.count = 1;
  failed.failed = {{.scenario = grant.first, .cause = "timeout", .message = "too slow"}};
  const auto response = post(results_path(grant), protocol::to_json(failed), grant.token);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("\"committed\":1"));
  EXPECT_EQ(post(results_path(grant), protocol::to_json(failed), grant.token).status, 200) << "said twice";
  EXPECT_EQ(post(results_path(grant), protocol::to_json(failed), "another").status, 409);
  auto rest = chunk_of(grant);
  rest.chunk = 1;
  rest.first = grant.first + 1;
  rest.count = grant.count - 1;
  for (auto& column : rest.outcomes) column.resize(rest.count);
  EXPECT_EQ(post(results_path(grant), protocol::to_json(rest), grant.token).status, 200);
  EXPECT_EQ(c.progress(id).done, grant.count - 1);
}

TEST_F(Asking, RefusesAFailureThatIsNotOfItsChunk) {
  hello();
  const auto grant = lease();
  const std::string body = R"({"chunk": 0, "first": 0, "count": 2, "failed": [{"scenario": 0}]})";
  EXPECT_EQ(post(results_path(grant), body, grant.token).status, 400);
  const std::string other = R"({"chunk": 0, "first": 0, "count": 1, "failed": [{"scenario": 7}]})";
  EXPECT_EQ(post(results_path(grant), other, grant.token).status, 400);
}

// --- results that are not finite

class NotFinite : public Asking {
 protected:
  // Hands in the results of four scenarios, two of them odd, and lets the experiment end.
  void study(experiment::NotFinite rule, std::uint64_t scenarios = 4) {
    id = c.submit(
        {.name = "odd", .sizes = {scenarios}, .batch = 4, .not_finite = rule, .outcomes = {"final"}});
    ASSERT_TRUE(c.wait_for_running(2));
    worker = c.running(1);
    hello();
    const auto grant = lease();
    auto chunk = chunk_of(grant);
    chunk.outcomes[0][1] = std::nan("");
    chunk.outcomes[0][2] = std::numeric_limits<double>::infinity();
    ASSERT_EQ(post(results_path(grant), protocol::to_json(chunk), grant.token).status, 200);
    c.settle();
  }
  // Once its worker was sent home.
  std::string state() {
    EXPECT_EQ(post("/v1/lease").status, 410);
    c.exit(worker, {.code = 0});
    EXPECT_TRUE(c.advance_until([&] { return is_final(c.row(id)->state); }));
    return std::string(to_string(c.row(id)->state));
  }
};

TEST_F(NotFinite, IsMarked) {
  study(experiment::NotFinite::Mark);
  EXPECT_EQ(c.progress(id).not_finite, 2u);
  EXPECT_EQ(c.progress(id).done, 4u);
  EXPECT_EQ(state(), "succeeded");
}

TEST_F(NotFinite, FailsWhereThatIsAskedFor) {
  study(experiment::NotFinite::Fail);
  EXPECT_EQ(c.progress(id).not_finite, 2u);
  EXPECT_EQ(c.progress(id).done, 2u);
  EXPECT_EQ(c.progress(id).failed, 2u);
  EXPECT_EQ(state(), "incomplete");
}

TEST_F(NotFinite, IsNotAskedAboutWhereItIsIgnored) {
  study(experiment::NotFinite::Ignore);
  EXPECT_EQ(c.progress(id).not_finite, 0u);
  EXPECT_EQ(state(), "succeeded");
}

TEST_F(NotFinite, StaysFailedOverARestart) {
  study(experiment::NotFinite::Fail, 8);
  c.crash();
  api.reset();
  c.start();
  const auto* after = c.active(id);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->queue.done(), 2u);
  EXPECT_EQ(after->queue.failed(), 2u);
}

}  // namespace
}  // namespace flowyard::controller::gateway
