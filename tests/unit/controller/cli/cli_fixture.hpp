// Cli: a whole command against a controller over a real socket, with all that it prints. Golden files stand
// in tests/golden/cli; run with FLOWYARD_REFRESH_GOLDEN=1 to write them anew, then read the difference.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "controller/cli/main.hpp"
#include "tests/support/fake_controller.hpp"

namespace flowyard::controller::cli::test_bench {

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Outcome {
  int status = 0;
  std::string out, err;
};

class Cli : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) {
    if (!started_) controller.start();
    started_ = true;
    std::ostringstream out, err;
    CliEnvironment environment;
    environment.out = &out;
    environment.err = &err;
    environment.width = 100;
    environment.out_is_terminal = environment.err_is_terminal = terminal;
    environment.variables = {{"FLOWYARD_CONTROLLER", "unix://" + controller.socket()}, {"NO_COLOR", "1"}};
    for (const auto& [key, value] : variables) environment.variables[key] = value;
    environment.program = program;
    environment.run_controller = [this](ControllerOptions options) {
      controller_options = std::move(options);
      return 0;
    };
    environment.look_at_engine = [this](std::string, std::string) { return engine_report(); };
    words.insert(words.begin(), "flowyard");
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    Outcome outcome;
    outcome.status = cli::main(static_cast<int>(arguments.size()), arguments.data(), environment);
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
  }

  // Runs the command and holds what it prints against the golden file of that name.
  void expect_golden(const std::string& name, const std::vector<std::string>& words, int status = 0) {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    std::string text = outcome.out;
    if (!outcome.err.empty()) text += "--- err\n" + outcome.err;
    for (auto at = text.find(controller.folder()); at != std::string::npos;
         at = text.find(controller.folder())) {
      text.replace(at, controller.folder().size(), "FOLDER");
    }
    const std::string path = std::string(GOLDEN_FOLDER) + "/" + name + ".txt";
    if (std::getenv("FLOWYARD_REFRESH_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(text, slurp(path)) << "golden file " << path;
  }

  std::string write(const std::string& name, const std::string& content) {
    const std::string path = controller.folder() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  async::Task<Result<EngineReport>> engine_report() { co_return engine; }

  test::FakeService& fake() { return controller.service(); }

  test::FakeController controller;
  std::map<std::string, std::string> variables;
  std::optional<ControllerOptions> controller_options;
  std::string program = "/nonexistent/flowyard";
  bool terminal = false;
  Result<EngineReport> engine =
      EngineReport{.description = "Docker Engine 29", .image = "flowyard-worker:1", .image_there = true};

 private:
  bool started_ = false;
};

}  // namespace flowyard::controller::cli::test_bench
