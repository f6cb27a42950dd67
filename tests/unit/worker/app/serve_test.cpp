// serve_by_hand on a unix socket, asked over HTTP and ended by a signal.
#include "worker/app/serve.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/base64.hpp"
#include "common/http/client.hpp"
#include "common/http/method.hpp"
#include "tests/support/logistic_program.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temporary_folder.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

using testing::HasSubstr;

struct Ask {
  http::Method method;
  std::string target;
  std::string body = {};
};

std::string logistic_bytes() {
  return engine::serialize(test::logistic_program());
}

class ServeByHand : public testing::Test {
 protected:
  // Serves until all is answered, then asks the process to end, which ends the server.
  std::vector<http::Response> answers_to(std::vector<Ask> asks) {
    boost::asio::io_context io;
    const Serve serve{.listen = socket, .program_file = {}};
    std::vector<http::Response> answers;
    std::exception_ptr failed;
    boost::asio::co_spawn(io, ask_all(io.get_executor(), std::move(asks), answers),
                          [&](std::exception_ptr error) {
                            failed = error;
                            std::raise(SIGTERM);
                          });
    EXPECT_EQ(test::run_task(io, serve_by_hand(serve, Log{})), ExitCode::Done);
    if (failed) std::rethrow_exception(failed);
    return answers;
  }
  http::Response answer_to(Ask ask) { return answers_to({std::move(ask)}).at(0); }

  test::TemporaryFolder folder;
  http::Endpoint socket{.kind = http::Endpoint::Kind::Unix, .path = folder / "s", .host = {}, .port = 0};

 private:
  async::Task<> ask_all(async::Executor executor, std::vector<Ask> asks,
                        std::vector<http::Response>& answers) {
    co_await test::let_others_run();  // the server listens then
    http::Client client(executor, socket);
    for (auto& ask : asks) {
      http::Request request;
      request.method = ask.method;
      request.target = std::move(ask.target);
      request.body = std::move(ask.body);
      auto answer = co_await client.send(std::move(request), Milliseconds{10'000});
      answers.push_back(std::move(answer));
    }
  }
};

TEST_F(ServeByHand, RunsAProgramThatItWasGiven) {
  const auto answers = answers_to({{http::Method::Put, "/v1/programs/a/b", logistic_bytes()},
                                   {http::Method::Get, "/v1/programs/a/b"},
                                   {http::Method::Post, "/v1/run", R"({"program": "a/b"})"}});
  EXPECT_EQ(answers[0].status, 204);
  EXPECT_EQ(answers[1].status, 200);
  EXPECT_THAT(answers[1].body, HasSubstr("growth_rate"));
  EXPECT_EQ(answers[2].status, 200) << answers[2].body;
  const auto chunk = protocol::from_json<protocol::ResultChunk>(answers[2].body).value();
  EXPECT_EQ(chunk.count, 1u);
  EXPECT_EQ(chunk.times.size(), 101u);
  EXPECT_EQ(chunk.outcome_names.at(0), "final");
  EXPECT_NEAR(chunk.outcomes.at(0).at(0), 682.639763639, 1e-6);
}

TEST_F(ServeByHand, RunsAProgramThatComesAlong) {
  const std::string body = R"({"program_base64": ")" + to_base64(logistic_bytes()) + "\"}";
  EXPECT_EQ(answer_to({http::Method::Post, "/v1/run", body}).status, 200);
}

TEST_F(ServeByHand, TellsWhatIsWrong) {
  const auto answers = answers_to({{http::Method::Get, "/v1/run"},
                                   {http::Method::Post, "/v1/run", "nonsense"},
                                   {http::Method::Post, "/v1/run", R"({"program": "none"})"},
                                   {http::Method::Get, "/v1/programs/none"},
                                   {http::Method::Put, "/v1/programs/p", "no program"}});
  const int statuses[] = {404, 400, 404, 404, 422};
  for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].status, statuses[i]) << i;
  EXPECT_THAT(answers[2].body, HasSubstr("there is no program 'none' here: PUT it to /v1/programs/NAME"));
}

TEST_F(ServeByHand, WantsAProgramFileThatCanBeRead) {
  boost::asio::io_context io;
  const Serve serve{.listen = socket, .program_file = folder / "none"};
  EXPECT_THROW(test::run_task(io, serve_by_hand(serve, Log{})), std::runtime_error);
}

}  // namespace
}  // namespace flowyard::worker::app
