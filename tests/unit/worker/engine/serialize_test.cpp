#include "worker/engine/serialize.hpp"

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/yaml/read.hpp"
#include "worker/engine/check.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::worker::engine {
namespace {

Program sample() {
  const auto model = controller::model::yaml::read(
      "time: {stop: 10, step: 0.5}\nconstants: {k: 3}\nlookups: {f: {points: [[0, 1], [5, 2]]}}\n"
      "auxiliaries: {d: \"delay_fixed(s, k, 1) + sample_if_true(s > 2, s, 0) + random_uniform(0, 1)\"}\n"
      "stocks: {s: {initial: 1, net: f(s) / k}}\n",
      "m.yaml");
  const auto program =
      controller::compiler::compile(*model, {.series = {"s", "d"}, .outcomes = {{"m", "max(d)", {}}}});
  EXPECT_TRUE(program) << to_string(program.error().front());
  return *program;
}

TEST(Serialize, ReturnsTheSameProgram) {
  const Program program = sample();
  const auto back = deserialize(serialize(program));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, program);
}

TEST(Serialize, RefusesEveryTruncation) {
  const std::string bytes = serialize(sample());
  for (std::size_t length = 0; length < bytes.size(); length += 7)
    EXPECT_FALSE(deserialize(std::string_view(bytes).substr(0, length))) << length;
  EXPECT_FALSE(deserialize(bytes + "x"));
}

// Whatever one flipped byte makes of a program, it is refused or it runs within its own memory.
TEST(Serialize, SurvivesEveryFlippedByte) {
  const std::string bytes = serialize(sample());
  int accepted = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 0x15);
    auto program = deserialize(broken);
    if (!program || program->slots > 100'000) continue;
    ++accepted;
    Runner runner(std::make_shared<Program>(std::move(*program)));
    RunOutput output;
    int asked = 0;
    static_cast<void>(runner.run({.lanes = 3, .stop = 20.0}, output, [&] { return ++asked < 3; }));
  }
  EXPECT_GT(accepted, 0);
}

TEST(Serialize, RefusesAnInstructionThatWritesToALiteral) {
  Program program = sample();
  ASSERT_FALSE(program.step.empty() && program.stocks_code.empty());
  (program.step.empty() ? program.stocks_code : program.step).front().target = 0;
  EXPECT_FALSE(check_program(program));
}

}  // namespace
}  // namespace flowyard::worker::engine
