// Whole commands against a controller over a real socket.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/cli/ui/text.hpp"
#include "tests/unit/controller/cli/cli_fixture.hpp"

namespace flowyard::controller::cli {
namespace {

using test_bench::Cli;
using test_bench::Outcome;
using test_bench::slurp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(Cli, PrintsItsVersionEitherWay) {
  const auto outcome = run({"--version"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("flowyard [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(run({"version"}).out, outcome.out);
}
TEST_F(Cli, ListsWorkers) {
  expect_golden("list", {"list"});
}
TEST_F(Cli, ListsExperiments) {
  expect_golden("list_experiments", {"list", "experiments"});
}
TEST_F(Cli, ListsWorkersAsCsv) {
  expect_golden("list_csv", {"list", "-o", "csv", "--status", "failed"});
}
TEST_F(Cli, ListsWorkersAsJson) {
  expect_golden("list_json", {"list", "-o", "json", "-s", "failed"});
}
TEST_F(Cli, ListsOnlyNames) {
  expect_golden("list_quiet", {"list", "-q"});
}
TEST_F(Cli, ShowsTheLatestExperiment) {
  expect_golden("show", {"show"});
}
TEST_F(Cli, ShowsAWorker) {
  expect_golden("show_worker", {"show", "quiet-otter"});
}
TEST_F(Cli, ExplainsAFailure) {
  expect_golden("why", {"why", "quiet-otter"});
}
TEST_F(Cli, ShowsTheController) {
  expect_golden("controller_status", {"controller", "status"});
}
TEST_F(Cli, TeachesByExample) {
  expect_golden("help", {"--help"});
}
TEST_F(Cli, TeachesEachCommandByExample) {
  const std::vector<std::string> commands = {
#define COMMAND(name) #name,
#define MODEL_COMMAND(name) "model_" #name,
#include "controller/cli/commands/table.def"
#undef COMMAND
#undef MODEL_COMMAND
  };
  for (const auto& command : commands) {
    std::vector<std::string> words;
    std::istringstream parts(command);
    for (std::string word; std::getline(parts, word, '_');) words.push_back(word);
    words.push_back("--help");
    expect_golden("help_" + command, words);
  }
}
TEST_F(Cli, CompletesForBash) {
  expect_golden("completion_bash", {"completion", "bash"});
}
TEST_F(Cli, CompletesForZsh) {
  expect_golden("completion_zsh", {"completion", "zsh"});
}
TEST_F(Cli, CompletesForFish) {
  expect_golden("completion_fish", {"completion", "fish"});
}
TEST_F(Cli, SaysWhatIsNotThere) {
  expect_golden("not_found", {"log", "nobody"}, 3);
}
TEST_F(Cli, SuggestsTheCommandThatWasMeant) {
  expect_golden("unknown_command", {"lsit"}, 2);
}
TEST_F(Cli, RefusesAWrongOption) {
  expect_golden("wrong_option", {"list", "-o", "xml"}, 2);
}

TEST_F(Cli, TrimsTablesToTheTerminal) {
  terminal = true;
  expect_golden("list_terminal", {"list"});
}

TEST_F(Cli, PlansAndSendsTheFilesThatAreNamed) {
  fake().wanted_files = {"logistic.yaml"};
  write("logistic.yaml", "model\n");
  const auto file = write("e.yaml", "name: x\nmodel: logistic.yaml\n");
  expect_golden("plan", {"plan", file});
  controller.stop();
  EXPECT_EQ(fake().bundles.back().files.at(0).content, "model\n");
}

TEST_F(Cli, TellsOfAMissingModelWhereItIsNamed) {
  fake().wanted_files = {"logistic.yaml"};
  expect_golden("missing_model", {"plan", write("e.yaml", "name: x\nmodel: logistic.yaml\n")}, 2);
}

TEST_F(Cli, PrintsEveryMistakeWithItsPlace) {
  fake().diagnostics = {invalid("no parameter 'grwth', did you mean 'growth_rate'?", {"e.yaml", 3, 5}),
                        invalid("'samples' must be a whole number", {"e.yaml", 9, 12})};
  expect_golden("mistakes", {"plan", write("e.yaml", "name: x\n")}, 2);
}

// What a worker, a model or a file can put into any of these must not reach the terminal.
TEST_F(Cli, NothingThatOthersWroteSteersTheTerminal) {
  const std::string hostile =
      "=evil\x1b]0;owned\x07\x1b[2J\xC2\x9B"
      "31m";
  fake().worker_views = {fake().worker_views.front()};
  auto& worker = fake().worker_views.front();
  worker.scenario = worker.reason = worker.experiment = hostile;
  auto& detail = fake().details.front();
  detail.name = detail.reason = hostile;
  detail.where = {hostile};
  for (auto& one : detail.containers) one.scenario = one.title = hostile;
  fake().results_table.columns[0].name = hostile;
  fake().results_table.rows[0][0] = fake().results_table.rows[0][4] = hostile;
  fake().explanation = {.subject = hostile,
                        .cause = hostile,
                        .explanation = hostile,
                        .spec_excerpt = hostile,
                        .log_tail = {hostile},
                        .again = {hostile}};
  fake().chart_view.told = hostile;
  fake().planned.name = hostile;
  fake().planned.warnings = fake().planned.axes = fake().planned.outcomes = {hostile};
  fake().logs["quiet-otter"] = hostile + "\n";
  const auto file = write("e.yaml", "name: x\n" + hostile + ": 1\nmodel: {}\n");
  const std::vector<std::vector<std::string>> commands = {
      {"list"},
      {"list", "-o", "csv"},
      {"list", "experiments"},
      {"list", "experiments", "-o", "csv"},
      {"show"},
      {"show", "-o", "csv"},
      {"show", "quiet-otter"},
      {"why", "quiet-otter"},
      {"chart", "1", "final", "-o", controller.folder() + "/x.png"},
      {"watch"},
      {"log", "quiet-otter"},
      {"plan", file},
      {"plan", file, "-o", "csv"},
      {"validate", file},
      {"run", file},
      {"validate", hostile},
      {hostile}};
  for (const bool is_terminal : {false, true}) {
    terminal = is_terminal;
    for (const auto& words : commands) {
      if (!is_terminal && words.front() == "log") continue;  // a program reads it, byte by byte
      const auto outcome = run(words);
      for (const auto& text : {outcome.out, outcome.err}) {
        EXPECT_EQ(text.find("\x1b]"), std::string::npos) << words.front();
        EXPECT_EQ(text.find("\x1b[2J"), std::string::npos) << words.front();
        EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos) << words.front();
      }
    }
  }
}

TEST_F(Cli, MarksTextInCsvThatASpreadsheetWouldCompute) {
  fake().worker_views = {fake().worker_views.front()};
  fake().worker_views.front().scenario = "=HYPERLINK(1)";
  EXPECT_THAT(run({"list", "-o", "csv"}).out, HasSubstr(",'=HYPERLINK(1),"));
}

constexpr const char* kExperiment = R"(name: sweep
model: growth.yaml
parameters:
  rate: {linspace: [0.01, 0.1, 10]}
outputs:
  series: [Population]
)";

constexpr const char* kModel = R"(time: {stop: 10, step: 1}
constants: {rate: 0.02}
stocks:
  Population: {initial: 100, net: Population * rate}
)";

TEST_F(Cli, ValidatesWithoutAController) {
  write("growth.yaml", kModel);
  const auto file = write("e.yaml", kExperiment);
  variables["FLOWYARD_CONTROLLER"] = "unix:///nonexistent/controller.sock";
  const auto outcome = run({"validate", file});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, file + ": ok, 10 scenarios\n");
  EXPECT_THAT(fake().bundles, testing::IsEmpty());
}

TEST_F(Cli, ValidatesNothingThatIsMissingOrWrong) {
  const auto missing = run({"validate", write("e.yaml", kExperiment)});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("e.yaml:2:8: cannot read"));
  write("growth.yaml", kModel);
  const auto wrong = run({"validate", write("e.yaml", std::string(kExperiment) + "sede: 1\nname: y\n")});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, testing::AllOf(HasSubstr("sede"), HasSubstr("e.yaml:8:1")));
}

TEST_F(Cli, RunsAnExperimentToItsTable) {
  fake().on_submit = [](service::ExperimentDetail& detail) {
    detail.state = experiment::ExperimentState::Running;
    detail.done = 0;
    detail.workers_live = 3;
  };
  fake().on_look = [](service::ExperimentDetail& detail) {
    detail.done += 30;
    if (detail.done < 60) return;
    detail.workers_live = 0;
    detail.state = experiment::ExperimentState::Succeeded;
  };
  expect_golden("run", {"run", write("e.yaml", "name: x\n"), "--seed", "7", "--workers", "3", "--only",
                        "3,10-19", "-p", "rate=0.5", "-p", "Other=[1, 2]", "--set", "workers.memory=64MiB"});
  controller.stop();
  EXPECT_EQ(fake().bundles.back().text,
            "name: x\n"
            "overrides:\n"
            "  seed: 7\n"
            "  workers: 3\n"
            "  only: [3, 10-19]\n"
            "  parameters: {rate: 0.5, Other: [1, 2]}\n"
            "  set: {workers.memory: 64MiB}\n");
  EXPECT_FALSE(fake().options.back().idempotency_key.empty());
}

TEST_F(Cli, GivesTheTableAloneOnStandardOutput) {
  const auto outcome = run({"run", write("e.yaml", "name: x\n"), "-o", "csv"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out,
            "scenario,status,final,time_to_99,reason\nBaseline,done,10000,460.5,\n"
            "High Growth,done,10000,184.25,\nLow Capacity,done,5000,,\n");
}

// So many points of an axis, as the service would give them.
service::ResultPage a_sweep(std::size_t points) {
  using results::ColumnKind;
  service::ResultPage page;
  page.columns = {{"growth_rate", ColumnKind::Number, ""},
                  {"status", ColumnKind::Text, ""},
                  {"final", ColumnKind::Number, ""},
                  {"reason", ColumnKind::Text, ""}};
  for (std::size_t i = 1; i <= points; ++i)
    page.rows.push_back({static_cast<double>(i) / 1000, "done", static_cast<double>(i), results::Cell()});
  return page;
}

TEST_F(Cli, ShowsTheFirstAndTheLastRowsOnATerminal) {
  fake().results_table = a_sweep(400);
  terminal = true;
  const auto outcome = run({"show"});
  EXPECT_THAT(outcome.out, HasSubstr("growth_rate  final\n"
                                     "      0.001      1\n"));
  EXPECT_THAT(outcome.out, HasSubstr("      0.015     15\n"
                                     "...\n"
                                     "      0.396    396\n"));
  EXPECT_THAT(outcome.out, HasSubstr("      0.400    400\n"
                                     "... 380 more: flowyard show three-scenarios --limit 400 -o csv\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("0.016")));
}

TEST_F(Cli, ShowsEveryRowThatIsAskedFor) {
  fake().results_table = a_sweep(2'500);
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(run({"show", "-o", "csv"}).out), 2'501);
  EXPECT_EQ(lines(run({"show", "-o", "csv", "--limit", "1200"}).out), 1'201);
  terminal = true;
  EXPECT_THAT(run({"show", "--limit", "30"}).out, AllOf(HasSubstr("0.030"), Not(HasSubstr("0.031"))));
  const auto json = run({"show", "-o", "json"}).out;
  EXPECT_THAT(json,
              HasSubstr("\n  \"rows\": [\n    {\"growth_rate\":0.001,\"status\":\"done\",\"final\":1,"));
  EXPECT_THAT(json, testing::EndsWith("\"final\":2500,\"reason\":null}\n  ]\n}\n"));
}

TEST_F(Cli, AsksForTheRowsThatAreWanted) {
  run({"show", "--where", "final > 3 and region == \"north\"", "--sort", "-final", "--columns", "a,b"});
  ASSERT_FALSE(fake().table_requests.empty());
  const auto& asked = fake().table_requests.back();
  EXPECT_EQ(asked.where, "final > 3 and region == \"north\"");
  EXPECT_EQ(asked.sort, "-final");
  EXPECT_EQ(asked.columns, "a,b");
  fake().table_errors = {invalid("there is no column 'finale', did you mean 'final'?", {"where", 1, 1})};
  const auto outcome = run({"show", "--where", "finale > 3"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("where:1:1: there is no column 'finale', did you mean 'final'?"));
  EXPECT_EQ(run({"show", "quiet-otter", "--sort", "final"}).status, 2);
}

TEST_F(Cli, SaysWhichColumnsFitNoLine) {
  for (int i = 0; i < 12; ++i) {
    fake().results_table.columns.push_back({"outcome_" + std::to_string(i), results::ColumnKind::Number, ""});
    for (auto& row : fake().results_table.rows) row.emplace_back(1.5);
  }
  terminal = true;
  const auto outcome = run({"show"});
  EXPECT_THAT(outcome.out,
              HasSubstr("+ 6 columns: flowyard show three-scenarios --columns scenario,outcome_6,"));
  std::istringstream text(outcome.out);
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("+")) {
      EXPECT_LE(display_width(line), 100) << line;
    }
  }
  // Whole in a pipe, and in blocks when they are asked for.
  terminal = false;
  EXPECT_THAT(run({"show"}).out, HasSubstr("  outcome_11\n"));
  terminal = true;
  EXPECT_THAT(run({"show", "--columns", "whatever"}).out, HasSubstr("\n\nSCENARIO      outcome_"));
}

TEST_F(Cli, SaysHowToListManyContainers) {
  fake().details.front().containers.clear();
  fake().details.front().workers_in_all = 12;
  EXPECT_THAT(run({"show"}).out, HasSubstr("12 containers: flowyard list --all --experiment 1\n"));
}

TEST_F(Cli, FailsWhenTheExperimentDoes) {
  fake().on_submit = [](service::ExperimentDetail& detail) {
    detail.state = experiment::ExperimentState::Failed;
    detail.reason = "no scenario could be run";
    detail.failed = 60;
  };
  const auto outcome = run({"run", write("e.yaml", "name: x\n")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("failed: no scenario could be run"));
  EXPECT_THAT(outcome.out, HasSubstr("flowyard why 2"));
}

TEST_F(Cli, CancelsItsOwnExperimentOnCtrlC) {
  fake().on_submit = [](service::ExperimentDetail& detail) {
    detail.state = experiment::ExperimentState::Running;
    detail.done = 7;
  };
  fake().on_look = [sent = false](service::ExperimentDetail&) mutable {
    if (!std::exchange(sent, true)) kill(getpid(), SIGINT);
  };
  const auto outcome = run({"run", write("e.yaml", "name: x\n")});
  EXPECT_EQ(outcome.status, 130);
  EXPECT_THAT(outcome.err, HasSubstr("Cancelling experiment 2"));
  EXPECT_THAT(outcome.err, HasSubstr("its containers are gone"));
  controller.stop();
  EXPECT_THAT(fake().calls, ElementsAre("cancel 2"));
}

TEST_F(Cli, LeavesAtOnceOnTheSecondCtrlC) {
  fake().on_submit = [](service::ExperimentDetail& detail) {
    detail.state = experiment::ExperimentState::Running;
  };
  // Never ends, whatever is asked of it.
  fake().on_look = [looks = 0](service::ExperimentDetail& detail) mutable {
    detail.state = experiment::ExperimentState::Running;
    if (++looks == 1 || looks == 4) kill(getpid(), SIGINT);
  };
  fake().cancels = false;
  EXPECT_EQ(run({"run", write("e.yaml", "name: x\n")}).status, 130);
  controller.stop();
  EXPECT_THAT(fake().calls, ElementsAre("cancel 2"));
}

TEST_F(Cli, WatchesWithoutOwning) {
  fake().details[0].state = experiment::ExperimentState::Running;
  fake().on_look = [sent = false](service::ExperimentDetail&) mutable {
    if (!std::exchange(sent, true)) kill(getpid(), SIGINT);
  };
  EXPECT_EQ(run({"watch"}).status, 130);
  controller.stop();
  EXPECT_TRUE(fake().calls.empty());
}

TEST_F(Cli, SubmitsAndGivesTheId) {
  EXPECT_EQ(run({"submit", "-q", write("e.yaml", "name: x\n")}).out, "2\n");
}

TEST_F(Cli, ShowsALog) {
  EXPECT_EQ(run({"log", "novel-poodle"}).out, fake().logs["novel-poodle"]);
  EXPECT_EQ(run({"log", "novel", "--tail", "1"}).out, "goodbye\n");
  EXPECT_EQ(run({"log", "novel", "--grep", "done|handed", "--tail", "1"}).out, "done in 12.5 ms\n");
  EXPECT_EQ(run({"log", "novel", "--grep", "("}).status, 2);
  EXPECT_EQ(run({"log", "novel", "--since", "yesterday"}).status, 2);
}

TEST_F(Cli, MergesTheLogsOfSeveralWorkers) {
  fake().logs["novel-poodle"] = "2026-01-31T12:00:01.000Z first\n2026-01-31T12:00:03.000Z third\n";
  fake().logs["brave-heron"] = "2026-01-31T12:00:02.000Z second\n";
  const std::string all =
      "novel-poodle | 2026-01-31T12:00:01.000Z first\n"
      "brave-heron  | 2026-01-31T12:00:02.000Z second\n"
      "novel-poodle | 2026-01-31T12:00:03.000Z third\n";
  EXPECT_EQ(run({"log", "novel", "brave"}).out, all);
  EXPECT_EQ(run({"log", "@latest"}).out, all);
  EXPECT_EQ(run({"log", "three-scenarios", "--grep", "third"}).out,
            "novel-poodle | 2026-01-31T12:00:03.000Z third\n");
  EXPECT_EQ(run({"log", "@latest", "--tail", "1"}).out, "novel-poodle | 2026-01-31T12:00:03.000Z third\n");
  auto followed = run({"log", "-f", "novel", "brave"}).out;
  EXPECT_THAT(followed, HasSubstr("brave-heron  | 2026-01-31T12:00:02.000Z second\n"));
  EXPECT_THAT(run({"log", "-f", "@latest"}).out, HasSubstr("third"));
  const auto none = run({"log", "nobody"});
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.err, HasSubstr("neither a worker nor an experiment 'nobody'"));
}
TEST_F(Cli, UnderstandsTheWordsThatPeopleType) {
  EXPECT_EQ(run({"ls"}).out, run({"list"}).out);
  EXPECT_EQ(run({"ps", "-q"}).out, run({"list", "-q"}).out);
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_EQ(run({"help", "model", "run"}).out, run({"model", "run", "--help"}).out);
  EXPECT_EQ(run({"help", "rm"}).out, run({"delete", "--help"}).out);
  EXPECT_EQ(run({"rm", "quiet-otter"}).status, run({"delete", "quiet-otter"}).status);
  const auto unknown = run({"help", "lits"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'list'?"));
}
TEST_F(Cli, ChecksOutIntoAnEmptyFolderOnly) {
  const std::string folder = controller.folder() + "/results";
  EXPECT_EQ(run({"checkout", "1", "-o", folder}).status, 0);
  EXPECT_EQ(slurp(folder + "/outcomes.csv"), "final\n10000\n");
  EXPECT_EQ(slurp(folder + "/logs/novel-poodle.log"), "x\n");
  const auto again = run({"checkout", "1", "-o", folder});
  EXPECT_EQ(again.status, 4);
  EXPECT_THAT(again.err, HasSubstr("is not empty"));
  EXPECT_EQ(run({"checkout", "1", "-o", folder, "--force"}).status, 0);
}

TEST_F(Cli, DrawsAChartIntoAFile) {
  const std::string file = controller.folder() + "/final.png";
  const auto drawn = run({"chart", "three-scenarios", "final", "--kind", "histogram", "--by", "scenario",
                          "--where", "final > 1", "--width", "300", "-o", file});
  EXPECT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_EQ(slurp(file), fake().chart_view.png);
  EXPECT_EQ(drawn.out, fake().chart_view.told + "\n" + file + "\n");
  EXPECT_EQ(run({"chart", "three-scenarios", "final", "-o", "-"}).out, fake().chart_view.png);
  const auto refused =
      run({"chart", "three-scenarios", "final", "-o", controller.folder() + "/none/final.png"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("cannot write"));
  EXPECT_EQ(run({"chart", "three-scenarios", "final", "--kind", "pie"}).status, 2);
  EXPECT_EQ(run({"chart", "three-scenarios"}).status, 2);
  controller.stop();
  ASSERT_EQ(fake().chart_requests.size(), 3u);
  const auto& asked = fake().chart_requests.front();
  EXPECT_EQ(asked.request.kind, "histogram");
  EXPECT_EQ(asked.request.by, "scenario");
  EXPECT_EQ(asked.request.where, "final > 1");
  EXPECT_EQ(asked.size.width, 300);
  EXPECT_EQ(asked.size.height, 440);
}

TEST_F(Cli, AsksForTheFormatOfTables) {
  const std::string folder = controller.folder() + "/results";
  const auto refused = run({"checkout", "1", "-o", folder, "--format", "xls"});
  EXPECT_THAT(refused.err, HasSubstr("there is no format 'xls' of tables; there are csv, tab, netcdf"));
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(run({"checkout", "1", "-o", folder, "--format", "tab"}).status, 0);
  controller.stop();
  EXPECT_THAT(fake().calls, testing::ElementsAre("checkout as tab"));
}

TEST_F(Cli, AsksForTheRowsOfACheckout) {
  const std::string folder = controller.folder() + "/results";
  EXPECT_EQ(run({"checkout", "1", "-o", folder, "--where", "a > 1 & b", "--sort", "-a", "--columns", "a,b",
                 "--limit", "7"})
                .status,
            0);
  fake().table_errors = {invalid("there is no column 'x'")};
  const auto refused = run({"checkout", "1", "-o", folder + "2", "--where", "x > 1"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("there is no column 'x'"));
  EXPECT_FALSE(std::filesystem::exists(folder + "2"));
  controller.stop();
  EXPECT_THAT(fake().calls, testing::ElementsAre("rows a > 1 & b|-a|a,b|7"));
}

TEST_F(Cli, SaysWhatToTryAgain) {
  const auto refused = run({"retry", "1"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--failed"));
  EXPECT_EQ(run({"retry", "1", "--failed", "--no-wait"}).status, 0);
  controller.stop();
  EXPECT_THAT(fake().calls, testing::SizeIs(1));
}

TEST_F(Cli, WritesNothingOutsideTheFolder) {
  fake().files = {results::whole_file("../escaped", "x")};
  const auto outcome = run({"checkout", "1", "-o", controller.folder() + "/results"});
  EXPECT_NE(outcome.status, 0);
  EXPECT_FALSE(std::filesystem::exists(controller.folder() + "/escaped"));
}

TEST_F(Cli, FollowsNoLinkOutOfTheFolder) {
  const std::string folder = controller.folder() + "/results";
  std::filesystem::create_directories(folder);
  std::filesystem::create_directories(controller.folder() + "/elsewhere");
  std::filesystem::create_directory_symlink(controller.folder() + "/elsewhere", folder + "/logs");
  EXPECT_NE(run({"checkout", "1", "-o", folder, "--force"}).status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(controller.folder() + "/elsewhere"));
}

TEST_F(Cli, TellsThatACheckoutIsNotWhole) {
  fake().breaks_off_checkout = true;
  EXPECT_NE(run({"checkout", "1", "-o", controller.folder() + "/results"}).status, 0);
  // Nothing is left that looks whole, and nothing that does not.
  EXPECT_FALSE(std::filesystem::exists(controller.folder() + "/results"));
  EXPECT_FALSE(std::filesystem::exists(controller.folder() + "/results.part"));
}

TEST_F(Cli, ActsOnWorkersAndExperiments) {
  EXPECT_EQ(run({"restart", "novel"}).status, 0);
  EXPECT_EQ(run({"delete", "novel"}).status, 4);
  EXPECT_EQ(run({"delete", "novel", "--force"}).status, 0);
  EXPECT_EQ(run({"delete", "--finished"}).status, 0);
  EXPECT_EQ(run({"delete", "three-scenarios"}).status, 0);
  EXPECT_EQ(run({"delete"}).status, 2);
  EXPECT_EQ(run({"prune", "--older-than", "1h", "--dry-run"}).out, "three-scenarios\n");
  EXPECT_EQ(run({"cancel", "1"}).status, 4);
  controller.stop();
  EXPECT_THAT(fake().calls, ElementsAre("restart novel-poodle", "delete novel-poodle", "delete quiet-otter",
                                        "delete experiment 1", "prune dry 3600000", "cancel 1"));
}

TEST_F(Cli, SaysHowToReachAController) {
  const std::string nowhere = "unix://" + controller.folder() + "/none.sock";
  const auto outcome = run({"list", "--controller", nowhere});
  EXPECT_EQ(outcome.status, 5);
  EXPECT_THAT(outcome.err, HasSubstr("no controller answers at " + nowhere));
  EXPECT_THAT(outcome.err, HasSubstr("flowyard controller run"));
}

TEST_F(Cli, ShowsWhyAControllerDidNotStart) {
  program = write("broken", "#!/bin/sh\necho \"$@\"\necho 'the disk is full' >&2\nexit 3\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  variables["FLOWYARD_CONTROLLER"] = "";
  const std::string data = controller.folder() + "/data";
  const auto outcome = run({"list", "--data", data, "--run-dir", controller.folder() + "/nobody"});
  EXPECT_EQ(outcome.status, 5);
  EXPECT_THAT(outcome.err, HasSubstr("exit code 3"));
  EXPECT_THAT(outcome.err, HasSubstr("the disk is full"));
  EXPECT_THAT(slurp(data + "/controller.log"), HasSubstr("controller run --background --data"));
}

TEST_F(Cli, FindsTheControllerInTheRunFolder) {
  variables["FLOWYARD_CONTROLLER"] = "";
  EXPECT_EQ(run({"list", "-q", "--run-dir", controller.folder() + "/run"}).status, 0);
}

TEST_F(Cli, StartsNoControllerToLookAtOne) {
  variables["FLOWYARD_CONTROLLER"] = "";
  const auto outcome = run({"controller", "status", "--run-dir", controller.folder() + "/nobody"});
  EXPECT_EQ(outcome.status, 5);
  EXPECT_THAT(outcome.err, Not(HasSubstr("Starting")));
}

TEST_F(Cli, HandsTheControllerItsOptions) {
  const auto outcome = run({"controller", "run", "--listen", "127.0.0.1:7700", "--idle-exit", "10m", "--data",
                            "/d", "--run-dir", "/r", "--fleet", "process", "--log-level", "debug"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  ASSERT_TRUE(controller_options);
  EXPECT_EQ(controller_options->listen, "127.0.0.1:7700");
  EXPECT_EQ(controller_options->folders, (Folders{"/d", "/r"}));
  EXPECT_EQ(controller_options->idle_exit, std::chrono::minutes(10));
  EXPECT_EQ(controller_options->fleet, "process");
  EXPECT_EQ(controller_options->log_level, LogLevel::Debug);
}

TEST_F(Cli, RunsAControllerWhenNothingElseIsSaid) {
  EXPECT_EQ(run({"controller"}).status, 0);
  ASSERT_TRUE(controller_options);
  EXPECT_FALSE(controller_options->idle_exit);
}

TEST_F(Cli, LetsAControllerGoAgainThatACommandStarted) {
  EXPECT_EQ(run({"controller", "run", "--background"}).status, 0);
  EXPECT_EQ(controller_options->idle_exit, std::chrono::minutes(10));
  variables["FLOWYARD_IDLE_EXIT"] = "never";
  EXPECT_EQ(run({"controller", "run", "--background"}).status, 0);
  EXPECT_FALSE(controller_options->idle_exit);
  const auto outcome = run({"controller", "run", "--idle-exit", "soon"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--idle-exit: a span like 10m, or never, not 'soon'"));
}

}  // namespace
}  // namespace flowyard::controller::cli
