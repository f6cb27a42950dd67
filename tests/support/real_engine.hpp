// RealEngine: the Docker Engine of this machine for one test, with the probe image in it. Everything it makes
// is labelled flowyard.test and named after the process; what a test leaves is removed at its end, pass or
// fail. Where no Engine answers, the test is skipped and says why.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "docker/client/engine.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::test {

class RealEngine : public testing::Test {
 protected:
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  template <class T>
  T run(async::Task<T> task) {
    return run_task(io_, std::move(task));
  }

  // The error that the task ends with; the test fails when it ends well.
  template <class T>
  docker::EngineError refusal_of(async::Task<T> task) {
    try {
      run(std::move(task));
    } catch (const docker::EngineError& error) {
      return error;
    }
    ADD_FAILURE() << "the Engine did not refuse";
    return docker::EngineError(0, "", "");
  }

  // The tag of the image that holds the probe (docker_probe.c), built when it is first asked for.
  const std::string& probe_image();
  // A name that no other test or process uses.
  static std::string fresh_name(const std::string& what);
  // The labels by which leftovers are found.
  static docker::Labels labels();
  // Options for a container that runs the probe with these arguments, without a network.
  docker::CreateContainer probe(std::vector<std::string> arguments);
  // Creates and starts one; its name.
  std::string start_probe(std::vector<std::string> arguments);
  // Waits until it does not run any more.
  docker::ContainerState wait_for_exit(const std::string& name);
  // The whole log, stdout and stderr joined as they came.
  std::string log_of(const std::string& name, docker::LogOptions options = {});

  boost::asio::io_context io_;
  std::unique_ptr<docker::Engine> engine_;

 private:
  void remove_leftovers();

  static bool image_built_;
};

inline const char* const kTestLabel = "flowyard.test";

}  // namespace flowyard::test
