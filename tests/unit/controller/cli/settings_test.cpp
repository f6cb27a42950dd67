// Settings in files, and what is stronger; and what `flowyard doctor` makes of it all.
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/unit/controller/cli/cli_fixture.hpp"

namespace flowyard::controller::cli {
namespace {

using test_bench::Cli;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(Cli, TakesSettingsFromAFileWhereNothingStrongerSaysOtherwise) {
  const auto file = write("settings.yaml",
                          "listen: 0.0.0.0:7700\nhosts: [yard.example, other.example]\ninsecure: true\n"
                          "fleet: process\nmax_workers: 7\nadvertise: http://yard:1\nidle_exit: "
                          "2m\nlog_level: debug\ntls_cert: cert.pem\ntls_key: /keys/key.pem\n"
                          "images: {allow: [\"docker.io/library/*\", \"registry.example.com/a:*\"]}\n");
  EXPECT_EQ(run({"--config", file, "controller", "run"}).status, 0);
  EXPECT_EQ(controller_options->listen, "0.0.0.0:7700");
  EXPECT_THAT(controller_options->hosts, ElementsAre("yard.example", "other.example"));
  EXPECT_THAT(controller_options->images_allow,
              ElementsAre("docker.io/library/*", "registry.example.com/a:*"));
  EXPECT_EQ(controller_options->fleet, "process");
  EXPECT_EQ(controller_options->log_level, LogLevel::Debug);
  EXPECT_EQ(controller_options->max_workers, 7u);
  EXPECT_EQ(controller_options->advertise, "http://yard:1");
  EXPECT_EQ(controller_options->idle_exit, std::chrono::minutes(2));
  EXPECT_EQ(controller_options->tls.cert, controller.folder() + "/cert.pem") << "from where the file is";
  EXPECT_EQ(controller_options->tls.key, "/keys/key.pem");

  variables["FLOWYARD_CONFIG"] = file;
  variables["FLOWYARD_FLEET"] = "docker";
  EXPECT_EQ(run({"controller", "run", "--log-level", "error"}).status, 0);
  EXPECT_EQ(controller_options->fleet, "docker") << "a variable is stronger than a file";
  EXPECT_EQ(controller_options->log_level, LogLevel::Error) << "a flag is stronger than both";
}

TEST_F(Cli, FindsTheFileOfTheUser) {
  std::filesystem::create_directories(controller.folder() + "/flowyard");
  write("flowyard/config.yaml", "fleet: process\n");
  variables["XDG_CONFIG_HOME"] = controller.folder();
  EXPECT_EQ(run({"controller", "run"}).status, 0);
  EXPECT_EQ(controller_options->fleet, "process");
}

TEST_F(Cli, NamesEveryMistakeOfASettingsFileWithItsPlace) {
  const auto file =
      write("settings.yaml", "contoller: x\nfleet: dokcer\ninsecure: maybe\nhosts: {a: b}\nlisten: [1]\n");
  const auto outcome = run({"--config", file, "list"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("settings.yaml:1:1: there is no setting 'contoller', did you mean 'controller'?"),
            HasSubstr("settings.yaml:2:8: fleet cannot be 'dokcer', did you mean 'docker'?"),
            HasSubstr("settings.yaml:3:11: insecure must be true or false"),
            HasSubstr("settings.yaml:4:8: hosts must be a list"),
            HasSubstr("settings.yaml:5:9: listen must be a text")));
  EXPECT_THAT(run({"--config", write("list.yaml", "- a\n"), "list"}).err,
              HasSubstr("list.yaml:1:1: expected settings"));
  EXPECT_EQ(run({"--config", "/nowhere.yaml", "list"}).status, 2);
  EXPECT_EQ(run({"--config", write("empty.yaml", "# nothing\n"), "list"}).status, 0);
}

TEST_F(Cli, ShowsWhichSettingsHoldAndWhoSaysSo) {
  const auto file = write("settings.yaml", "# ours\ntoken: s3cret\nfleet: process\ndata: d\n");
  variables["FLOWYARD_HOSTS"] = "yard.example";
  const auto table = run({"--config", file, "--data", "/d", "config"}).out;
  for (const char* line : {"token +\\*\\*\\* +[^ ]*settings.yaml:2:1", "data +/d +--data",
                           "hosts +yard.example +FLOWYARD_HOSTS", "fleet +process +[^ ]*settings.yaml:3:1",
                           "log_level +info +default", "listen +- +default", "max_workers +- +default"})
    EXPECT_THAT(table, testing::ContainsRegex(line));
  const auto json = run({"--config", file, "config", "-o", "json"}).out;
  EXPECT_THAT(json, AllOf(HasSubstr("settings.yaml:3:1"), HasSubstr(controller.folder() + "/d"),
                          Not(HasSubstr("s3cret"))));
}

// --- doctor

TEST_F(Cli, DoctorLooksAtTheControllerAloneWhereThatIsElsewhere) {
  const auto outcome = run({"doctor"});
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("controller"), Not(HasSubstr("disk"))));
  variables["FLOWYARD_CONTROLLER"] = "http://127.0.0.1:1";
  const auto alone = run({"doctor"});
  EXPECT_EQ(alone.status, 1);
  EXPECT_THAT(alone.out,
              AllOf(HasSubstr("fail controller"), HasSubstr("-> say where it is with --controller")));
}

class Doctor : public Cli {
 protected:
  Doctor() {
    variables["FLOWYARD_CONTROLLER"] = "";
    variables["FLOWYARD_DATA"] = controller.folder() + "/data";
    variables["FLOWYARD_RUN_DIR"] = controller.folder() + "/none";
    program = write("flowyard", "");
    write("flowyard-worker", "#!/bin/sh\necho flowyard-worker 9.9.9\n");
    std::filesystem::permissions(controller.folder() + "/flowyard-worker", std::filesystem::perms::owner_all);
  }
};

TEST_F(Doctor, FindsNothingWrongWhereAllIsThere) {
  const auto outcome = run({"doctor"});
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_THAT(outcome.out, Not(HasSubstr("fail")));
  for (const char* check : {"data folder", "run folder", "disk", "descriptors", "clock", "worker program",
                            "store", "docker", "image", "controller"})
    EXPECT_THAT(outcome.out, HasSubstr(check));
  EXPECT_FALSE(std::filesystem::exists(controller.folder() + "/data")) << "it changes nothing";
  EXPECT_THAT(run({"doctor", "-o", "json"}).out, HasSubstr("\"verdict\": \"ok\""));
}

TEST_F(Doctor, StartsTheWorkerProgram) {
  EXPECT_THAT(run({"doctor"}).out, HasSubstr("(flowyard-worker 9.9.9)"));
  write("flowyard-worker", "#!/bin/sh\necho wrong kind of machine >&2; exit 1\n");
  std::filesystem::permissions(controller.folder() + "/flowyard-worker", std::filesystem::perms::owner_all);
  const auto outcome = run({"doctor"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("does not run: it says 'wrong kind of machine'"));
}

TEST_F(Doctor, SaysWhatToDoAboutAnEngineThatDoesNotAnswer) {
  engine = failure(ErrorCode::Unavailable, "it sleeps");
  const auto outcome = run({"doctor"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("fail docker          it sleeps"), HasSubstr("--fleet process")));
  variables["FLOWYARD_FLEET"] = "process";
  const auto processes = run({"doctor"});
  EXPECT_EQ(processes.status, 0);
  EXPECT_THAT(processes.out, HasSubstr("warn docker"));
}

TEST_F(Doctor, FindsAWorkerProgramAStoreAndAFolderThatCannotBeUsed) {
  std::filesystem::remove(controller.folder() + "/flowyard-worker");
  std::filesystem::create_directories(controller.folder() + "/data");
  write("data/flowyard.db", std::string(8192, 'x'));
  variables["FLOWYARD_RUN_DIR"] = controller.folder() + "/" + std::string(100, 'r');
  const auto outcome = run({"doctor"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("fail worker program"), HasSubstr("install flowyard-worker beside"),
                    HasSubstr("fail store"), HasSubstr("flowyard restore"), HasSubstr("fail run folder"),
                    HasSubstr("107 bytes")));
}

}  // namespace
}  // namespace flowyard::controller::cli
