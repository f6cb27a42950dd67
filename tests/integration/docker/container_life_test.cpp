// A container's life on a real Engine: what start, wait, stop, kill and remove answer in each of its states.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docker/ensure_removed.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::ContainerStatus;
using docker::EngineError;
using docker::StartOutcome;
using docker::StopOutcome;
using docker::WaitCondition;
using testing::HasSubstr;
using namespace std::chrono_literals;

class ContainerLife : public RealEngine {
 protected:
  // The error that the task ends with; fails the test when it ends well.
  template <class T>
  EngineError refusal_of(async::Task<T> task) {
    try {
      run(std::move(task));
    } catch (const EngineError& error) {
      return error;
    }
    ADD_FAILURE() << "the Engine did not refuse";
    return EngineError(0, "", "");
  }
};

TEST_F(ContainerLife, RunsToItsExitAndKeepsItsLog) {
  const auto name = start_probe({"print", "2"});
  const auto state = wait_for_exit(name);
  EXPECT_EQ(state.status, ContainerStatus::Exited);
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_TRUE(state.started && state.finished);
  const auto log = log_of(name);
  EXPECT_THAT(log, HasSubstr("out 1\n"));
  EXPECT_THAT(log, HasSubstr("err 2\n"));
  run(engine_->remove_container(name));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_container(name))));
}

}  // namespace
}  // namespace flowyard::test
