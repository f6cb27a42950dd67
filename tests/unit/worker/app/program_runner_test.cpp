// Real programs of /bin/sh, behind the interface of a runner.
#include "worker/app/program_runner.hpp"

#include <cmath>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/compiler/compile.hpp"
#include "controller/model/yaml/read.hpp"
#include "tests/support/temporary_folder.hpp"
#include "worker/engine/serialize.hpp"

namespace flowyard::worker::app {
namespace {

using protocol::ResultChunk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool always() {
  return true;
}

class ProgramRunnerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { command::become_reaper(); }

  // A lease of `count` scenarios, `x` being 1, 2, 3, ..., that runs a script of the shell.
  protocol::LeaseGrant lease_of(std::uint64_t count, const std::string& script, bool stream = false) {
    protocol::LeaseGrant lease;
    lease.program = "p";
    lease.bundle = "b";
    lease.scenario = "Base";
    lease.first = 100;
    lease.count = count;
    lease.draws.assign(count, 0);
    protocol::InputColumn x{.name = "x", .elements = 1, .shared = false, .values = {}};
    for (std::uint64_t k = 1; k <= count; ++k) x.values.push_back(static_cast<double>(k));
    lease.parameters = {x};
    lease.time = {.start = 0, .stop = 2, .step = 1, .save_every = 1, .method = ""};
    lease.outputs = {"stock"};
    lease.outcomes = {{.name = "final", .expression = "last(stock)"}, {.name = "own", .expression = "own"}};
    lease.runner = protocol::ProgramRun{.command = {"/bin/sh", "-c", script},
                                        .stream = stream,
                                        .env = {},
                                        .inputs = {{.name = "x", .values = {0}}},
                                        .scenario = "Base",
                                        .region = {}};
    return lease;
  }

  void begin(protocol::LeaseGrant lease) {
    for (const auto& name : runner_.missing(lease)) runner_.keep(name, material(name.kind)).value();
    EXPECT_TRUE(runner_.missing(lease).empty());
    runner_.begin(std::move(lease)).value();
  }

  std::vector<ResultChunk> run(const protocol::LeaseGrant& lease) {
    begin(lease);
    std::vector<ResultChunk> chunks;
    for (std::uint64_t done = 0; done < lease.count; done += chunks.back().count)
      chunks.push_back(runner_.next(always).value().value());
    return chunks;
  }

  // Why the only scenario failed.
  std::string failure(const protocol::LeaseGrant& lease) {
    const auto chunks = run(lease);
    if (chunks.at(0).failed.size() != 1) return "it did not fail";
    return chunks[0].failed[0].cause + ": " + chunks[0].failed[0].message;
  }

  std::string log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  static std::string material(Material kind) {
    if (kind == Material::Bundle)
      return R"({"file_name": "", "text": "", "files": [{"path": "data.txt", "content": "from the bundle"}]})";
    const std::string text = "constants: {x: 0, stock: 0}\ntime: {start: 0, stop: 2, step: 1}\n";
    const auto model = controller::model::yaml::read(text, "m.yaml");
    const auto program = controller::compiler::compile(
        model.value(), {.series = {"stock"}, .outcomes = {{"final", "last(stock)", {}}}});
    return engine::serialize(program.value());
  }

  test::TemporaryFolder folder_;
  mutable std::mutex mutex_;
  std::string log_;
  ProgramRunner runner_{folder_.path(), Log([this](LogLevel, const std::string& line) {
                          const std::lock_guard lock(mutex_);
                          log_ += line + "\n";
                        })};
};

const std::string kAnswers =
    "x=$(sed 's/.*\"x\":\\([0-9]*\\).*/\\1/'); echo \"{\\\"stock\\\": [0, $x, $((2 * x))], \\\"own\\\": "
    "$x}\"";

TEST_F(ProgramRunnerTest, ComputesOutcomesFromWhatCameBack) {
  const auto chunks = run(lease_of(3, kAnswers));
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].first, 100u);
  EXPECT_THAT(chunks[0].outcome_names, ElementsAre("final", "own"));
  EXPECT_THAT(chunks[0].outcomes[0], ElementsAre(2, 4, 6));
  EXPECT_THAT(chunks[0].outcomes[1], ElementsAre(1, 2, 3));
  EXPECT_THAT(chunks[0].times, ElementsAre(0, 1, 2));
  EXPECT_THAT(chunks[0].series[0].values, ElementsAre(0, 0, 0, 1, 2, 3, 2, 4, 6));
}

TEST_F(ProgramRunnerTest, GivesANumberOfTheProgramsTheNameThatTheExperimentHasForIt) {
  auto lease = lease_of(1, kAnswers);
  lease.outcomes[1] = {.name = "error", .expression = "own"};
  const auto chunks = run(lease);
  EXPECT_THAT(chunks[0].outcome_names, ElementsAre("final", "error"));
  EXPECT_THAT(chunks[0].outcomes[1], ElementsAre(1));
}

TEST_F(ProgramRunnerTest, CollectsTheFilesThatWereAskedFor) {
  for (const bool stream : {false, true}) {
    const std::string script =
        stream
            ? "while read line; do x=$(echo \"$line\" | sed 's/.*\"x\":\\([0-9]*\\).*/\\1/'); "
              "id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); [ $x = 2 ] || echo $x > $x.png; "
              "echo \"{\\\"id\\\": $id, \\\"stock\\\": [0, 1, 2], \\\"own\\\": 1}\"; done"
            : kAnswers + "; [ $x = 2 ] || echo $x > $x.png";
    auto lease = lease_of(3, script, stream);
    lease.runner->files = {"*.png"};
    begin(lease);
    ASSERT_EQ(runner_.next(always).value().value().count, 3u);
    const auto files = runner_.take_files();
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].scenario, 100u);
    EXPECT_EQ(files[0].name, "1.png");
    EXPECT_EQ(files[0].content, "1\n");
    EXPECT_EQ(files[1].scenario, 102u);
    EXPECT_TRUE(runner_.take_files().empty());
  }
}

TEST_F(ProgramRunnerTest, ATracedScenarioTellsWhatWentInAndCameOut) {
  auto lease = lease_of(1, kAnswers);
  lease.runner->trace = true;
  run(lease);
  EXPECT_THAT(log(), HasSubstr("Base #100 given: {\"id\":100,"));
  EXPECT_THAT(log(), HasSubstr("Base #100 answered: {\"stock\": [0, 1, 2], \"own\": 1}"));
  EXPECT_THAT(log(), HasSubstr("Base #100 understood: {\"outcomes\":{\"final\":2.0,\"own\":1.0},"));
}

TEST_F(ProgramRunnerTest, OneScenarioThatFailsIsToldByItself) {
  const auto chunks = run(lease_of(3, kAnswers + "; echo of $x >&2; [ $x != 2 ]"));
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[0].count, 1u);
  ASSERT_EQ(chunks[1].failed.size(), 1u);
  EXPECT_EQ(chunks[1].failed[0].scenario, 101u);
  EXPECT_EQ(chunks[1].failed[0].cause, "app_exit");
  EXPECT_THAT(chunks[1].failed[0].message, HasSubstr("exit code 1"));
  EXPECT_THAT(chunks[1].failed[0].message, HasSubstr("of 2"));
  EXPECT_EQ(chunks[2].first, 102u);
  EXPECT_THAT(chunks[2].outcomes[1], ElementsAre(3));
  EXPECT_EQ(chunks[2].chunk, 2u);
}

TEST_F(ProgramRunnerTest, ReadsTheFileThatItNames) {
  const auto chunks = run(lease_of(
      1, "printf 'time,stock\\n0,1\\n1,2\\n2,3\\n' > $FLOWYARD_RESULT; echo '{\"no\": 1}'; cat data.txt"));
  // A table of series has no outcome of the program's own.
  ASSERT_EQ(chunks[0].failed.size(), 1u);
  EXPECT_THAT(chunks[0].failed[0].message, HasSubstr("no outcome 'own'"));
  EXPECT_THAT(log(), HasSubstr("Base #100: from the bundle"));
}

TEST_F(ProgramRunnerTest, SaysWhatIsWrongWithAnAnswer) {
  EXPECT_THAT(failure(lease_of(1, "echo '{\"stock\": [1, 2], \"own\": 1}'")), HasSubstr("2 values"));
  EXPECT_THAT(failure(lease_of(1, "echo hello")), HasSubstr("gave no result"));
  EXPECT_THAT(failure(lease_of(1, "echo '{\"error\": \"no data for 1999\"}'")),
              HasSubstr("app_exit: no data for 1999"));
  EXPECT_THAT(failure(lease_of(1, "mkfifo $FLOWYARD_RESULT")), HasSubstr("not a plain file"));
  EXPECT_THAT(failure(lease_of(1, "ln -s /etc/passwd $FLOWYARD_RESULT")), HasSubstr("not a plain file"));
  EXPECT_THAT(failure(lease_of(1, "kill -KILL $$")), HasSubstr("signal 9 (SIGKILL)"));
}

TEST_F(ProgramRunnerTest, EndsWhatTakesTooLong) {
  auto lease = lease_of(2, kAnswers + "; [ $x = 1 ] || { echo waiting >&2; sleep 600; }");
  lease.runner->timeout = 0.3;
  const auto chunks = run(lease);
  EXPECT_EQ(chunks[0].count, 1u);
  EXPECT_EQ(chunks[1].failed[0].cause, "timeout");
  EXPECT_THAT(chunks[1].failed[0].message, HasSubstr("waiting"));
}

TEST_F(ProgramRunnerTest, ProgressIsASignOfLife) {
  auto lease =
      lease_of(1, "for i in 1 2 3 4; do echo '{\"progress\": 0.'$i'}'; sleep 0.2; done; " + kAnswers);
  lease.runner->timeout = 0.6;
  EXPECT_TRUE(run(lease)[0].failed.empty());
}

TEST_F(ProgramRunnerTest, StopsWhenItIsTold) {
  begin(lease_of(1, "sleep 600"));
  EXPECT_FALSE(runner_.next([] { return false; }).value().has_value());
}

TEST_F(ProgramRunnerTest, LogIsCutShort) {
  const auto chunks = run(lease_of(1, "yes | head -c 4000000; " + kAnswers));
  EXPECT_TRUE(chunks[0].failed.empty());
  EXPECT_LT(log().size(), 100'000'000u);
  EXPECT_THAT(log(), HasSubstr("more lines left out"));
}

TEST_F(ProgramRunnerTest, SeriesThatAreNotFiniteHaveNoOutcome) {
  const auto chunks = run(lease_of(1, "echo '{\"stock\": [1, NaN, 2], \"own\": 1}'"));
  EXPECT_TRUE(std::isnan(chunks[0].outcomes[0][0]));
  EXPECT_EQ(chunks[0].outcomes[1][0], 1);
  EXPECT_EQ(chunks[0].series[0].values[2], 2);
}

const std::string kStream =
    "n=0; while read line; do n=$((n + 1)); id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); "
    "echo said; "
    "echo \"{\\\"id\\\": $id, \\\"stock\\\": [0, 0, $n], \\\"own\\\": $$}\"; done";

TEST_F(ProgramRunnerTest, AStreamIsOneProcessForMany) {
  const auto chunks = run(lease_of(3, kStream, true));
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_THAT(chunks[0].outcomes[0], ElementsAre(1, 2, 3));
  EXPECT_EQ(chunks[0].outcomes[1][0], chunks[0].outcomes[1][2]);
  const auto more = run(lease_of(1, kStream, true));
  EXPECT_THAT(more[0].outcomes[0], ElementsAre(4)) << "it lives on into the next lease";
  EXPECT_THAT(log(), HasSubstr("Base #101: said"));
}

TEST_F(ProgramRunnerTest, AStreamThatEndsIsBegunAgain) {
  const auto chunks = run(lease_of(
      3,
      "read line; id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); [ $id = 101 ] && exit 4; "
      "echo \"{\\\"id\\\": $id, \\\"stock\\\": [0, 0, 1], \\\"own\\\": 1}\"; read line; exit 5",
      true));
  ASSERT_GE(chunks.size(), 2u);
  EXPECT_TRUE(chunks[0].failed.empty());
  EXPECT_EQ(chunks[1].failed[0].scenario, 101u);
  EXPECT_THAT(chunks[1].failed[0].message, HasSubstr("exit code 5"));
}

TEST_F(ProgramRunnerTest, ACommandThatIsNoneIsTold) {
  auto lease = lease_of(1, "");
  lease.runner->command = {"no-such-program"};
  EXPECT_THAT(failure(lease), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace flowyard::worker::app
