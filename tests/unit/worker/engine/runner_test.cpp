#include "worker/engine/runner.hpp"

#include <cmath>
#include <cstdlib>
#include <new>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/yaml/read.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// The library's sorting asks for its room so, and gives it back to the same delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace flowyard::worker::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const Program> program_of(const std::string& text,
                                          controller::compiler::CompileOptions options) {
  const auto model = controller::model::yaml::read(text, "m.yaml");
  EXPECT_TRUE(model) << to_string(model.error().front());
  auto program = controller::compiler::compile(*model, options);
  EXPECT_TRUE(program) << to_string(program.error().front());
  return std::make_shared<Program>(*program);
}

RunOutput run(const std::shared_ptr<const Program>& program, const RunInput& input) {
  Runner runner(program);
  RunOutput output;
  const auto ok = runner.run(input, output);
  EXPECT_TRUE(ok) << to_string(ok.error());
  return output;
}

std::string refusal(const std::shared_ptr<const Program>& program, const RunInput& input) {
  const auto ok = check(*program, input);
  return ok ? "accepted" : ok.error().message;
}

const std::string decay =
    "time: {stop: 4}\nconstants: {rate: 0.5}\nstocks: {s: {initial: 8, net: -rate * s}}\n";

TEST(Runner, GivesTheSameResultsInAnyBlocking) {
  const auto program = program_of(
      "time: {stop: 30, step: 0.25}\nconstants: {r: 0.1}\n"
      "auxiliaries: {n: \"random_normal(-9, 9, 0, 1, 0)\"}\nstocks: {s: {initial: 1, net: r * s * (1 + "
      "n)}}\n",
      {.series = {"s"}});
  RunInput all{.lanes = 700, .seed = 7};
  Column rates{"r", 1, {}};
  for (std::size_t i = 0; i < all.lanes; ++i) {
    rates.values.push_back(0.001 * static_cast<double>(i));
    all.draws.push_back(i * 3);
  }
  all.parameters.push_back(rates);
  const RunOutput together = run(program, all);
  for (const std::size_t lane : {std::size_t{0}, std::size_t{255}, std::size_t{256}, std::size_t{699}}) {
    RunInput alone{.lanes = 1, .seed = 7, .draws = {lane * 3}};
    alone.parameters.push_back({"r", 1, {rates.values[lane]}});
    const RunOutput single = run(program, alone);
    for (std::size_t k = 0; k < single.times.size(); ++k)
      EXPECT_EQ(single.series[0].values[k], together.series[0].values[k * all.lanes + lane]);
  }
}

TEST(Runner, KeysNoiseByVariableNotByItsCompany) {
  const char* one = "time: {stop: 3}\nauxiliaries: {x: \"random_0_1()\"}\n";
  const char* two = "time: {stop: 3}\nauxiliaries: {w: \"random_0_1()\", x: \"random_0_1()\"}\n";
  const auto a = run(program_of(one, {.series = {"x"}}), {.lanes = 1, .seed = 5});
  const auto b = run(program_of(two, {.series = {"w", "x"}}), {.lanes = 1, .seed = 5});
  EXPECT_EQ(a.series[0].values, b.series[1].values);
  EXPECT_NE(b.series[0].values, b.series[1].values);
}

TEST(Runner, ReadsAParameterAsASeriesOverTime) {
  const auto program =
      program_of("time: {stop: 4}\nconstants: {c: 1}\nauxiliaries: {twice: 2 * c}\n", {.series = {"twice"}});
  RunInput input;
  input.series_parameters.push_back({"c", {1, 3}, {{10, 30}}});
  EXPECT_THAT(run(program, input).series[0].values, ElementsAre(20, 20, 40, 60, 60));
}

TEST(Runner, ReplacesALookupByPointsOrByANumber) {
  const auto program =
      program_of("time: {stop: 2}\nlookups: {f: {points: [[0, 0], [10, 10]]}}\nauxiliaries: {y: f(time)}\n",
                 {.series = {"y"}});
  RunInput points;
  points.series_parameters.push_back({"f", {0, 2}, {{5, 9}}});
  EXPECT_THAT(run(program, points).series[0].values, ElementsAre(5, 7, 9));
  RunInput number{.lanes = 2};
  number.parameters.push_back({"f", 1, {3, 4}});
  EXPECT_THAT(run(program, number).series[0].values, ElementsAre(3, 4, 3, 4, 3, 4));
}

TEST(Runner, StartsStocksWhereTheRunSays) {
  const auto program = program_of(decay, {.series = {"s"}});
  RunInput input{.lanes = 2};
  input.initials.push_back({"S", 1, {16, 32}});
  const auto out = run(program, input);
  EXPECT_THAT(std::vector<double>(out.series[0].values.begin(), out.series[0].values.begin() + 4),
              ElementsAre(16, 32, 8, 16));
}

TEST(Runner, SetsSingleElementsAfterTheWhole) {
  const auto program = program_of(
      "time: {stop: 1}\ndimensions: {d: [a, b c]}\nconstants:\n  k[d]: [1, 2]\n"
      "stocks:\n  s[d]: {initial: 10, net: 'k[d]'}\n",
      {.series = {"s"}, .outcomes = {}});
  RunInput input;
  input.parameters = {{"k", 1, {7}}, {"K[B_c]", 1, {3}}};
  input.initials = {{"s[ a ]", 1, {100}}};
  EXPECT_THAT(run(program, input).series[0].values, ElementsAre(100, 10, 107, 13));
  input.parameters.clear();
  input.series_parameters = {{"k[a]", {0, 1}, {{4, 4}}}};
  EXPECT_THAT(run(program, input).series[0].values, ElementsAre(100, 10, 104, 12));
  EXPECT_THAT(refusal(program, {.parameters = {{"k[x]", 1, {7}}}}), HasSubstr("'k' has no element 'x'"));
  EXPECT_THAT(refusal(program, {.parameters = {{"k[a]", 2, {7, 8}}}}), HasSubstr("has 1 element(s), not 2"));
  EXPECT_THAT(refusal(program, {.parameters = {{"s[a]", 1, {7}}}}), HasSubstr("is a stock"));
  EXPECT_THAT(refusal(program, {.initials = {{"s[z]", 1, {7}}}}), HasSubstr("'s' has no element 'z'"));
}

TEST(Runner, ReducesOverSaves) {
  const auto program =
      program_of("time: {stop: 4, step: 0.5, save_every: 1}\nauxiliaries: {x: (time - 1) ^ 2}\n",
                 {.outcomes = {{"first", "first(x)", {}},
                               {"last", "last(x)", {}},
                               {"mean", "mean(x)", {}},
                               {"sum", "sum(x)", {}},
                               {"integral", "integral(x)", {}},
                               {"std", "std(x)", {}},
                               {"tmax", "time_of_max(x)", {}},
                               {"tmin", "time_of_min(x)", {}},
                               {"never", "first_time(x > 99)", {}},
                               {"lt", "last_time(x < 2)", {}},
                               {"at", "value_at(x, 2.5)", {}},
                               {"fraction", "fraction(x >= 1)", {}},
                               {"count", "count(x = 1)", {}},
                               {"spread", "max(x) - min(x) + max(1, 2)", {}}}});
  const auto out = run(program, {});  // x = 1 0 1 4 9
  std::vector<double> values;
  for (const auto& outcome : out.outcomes) values.push_back(outcome[0]);
  EXPECT_TRUE(std::isnan(values[8]));
  values[8] = -1;
  EXPECT_THAT(values, ElementsAre(1, 9, 3, 15, 10, std::sqrt((4 + 9 + 4 + 1 + 36) / 5.0), 4, 1, -1, 2, 2.5,
                                  0.8, 2, 11));
}

TEST(Runner, KeepsTheExactGridAndItsLastPoint) {
  const auto program =
      program_of("time: {start: 0, stop: 1, step: 0.1}\nauxiliaries: {x: time}\n", {.series = {"x"}});
  const auto out = run(program, {});
  ASSERT_EQ(out.times.size(), 11U);
  for (int n = 0; n <= 10; ++n) EXPECT_EQ(out.times[static_cast<std::size_t>(n)], n * 0.1);
}

TEST(Runner, FollowsTimeSettingsThatChangeWhileRunning) {
  const auto program = program_of(
      "time: {stop: 4, step: \"if_then_else(time < 2, 1, 0.5)\", save_every: time_step}\nauxiliaries: {x: "
      "time}\n",
      {.series = {"x"}});
  EXPECT_THAT(run(program, {}).times, ElementsAre(0, 1, 2, 2.5, 3, 3.5, 4));
}

TEST(Runner, AdaptiveStepsKeepTheirTolerance) {
  const auto program = program_of(
      "time: {stop: 10, step: 1, method: auto}\nconstants: {k: 1}\nstocks: {s: {initial: 1, net: -k * s}}\n",
      {.series = {"s"}});
  RunInput input{.lanes = 3};
  input.parameters.push_back({"k", 1, {0.1, 1, 5}});
  const auto out = run(program, input);
  for (std::size_t lane = 0; lane < 3; ++lane)
    for (std::size_t k = 0; k <= 10; ++k)
      EXPECT_NEAR(out.series[0].values[k * 3 + lane],
                  std::exp(-input.parameters[0].values[lane] * static_cast<double>(k)), 1e-6);
}

TEST(Runner, SaysWhatIsWrongWithAnInput) {
  const auto program = program_of(decay, {});
  RunInput input;
  input.parameters = {{"rat", 1, {1}}};
  EXPECT_THAT(refusal(program, input), HasSubstr("no parameter 'rat', did you mean 'rate'?"));
  input.parameters = {{"s", 1, {1}}};
  EXPECT_THAT(refusal(program, input), HasSubstr("'s' is a stock"));
  input.parameters = {{"rate", 2, {1, 2}}};
  EXPECT_THAT(refusal(program, input), HasSubstr("1 element(s), not 2"));
  input.parameters = {};
  input.step = -1;
  EXPECT_THAT(refusal(program, input), HasSubstr("greater than 0"));
  input.step = 1e-12;
  EXPECT_THAT(refusal(program, input), HasSubstr("more than 1,000,000,000 steps"));
}

TEST(Runner, StopsWhenToldTo) {
  const auto program = program_of(decay, {});
  Runner runner(program);
  RunOutput output;
  ASSERT_TRUE(runner.run({.lanes = 1, .stop = 1e8}, output, [] { return false; }));
  EXPECT_TRUE(output.interrupted);
}

TEST(Runner, AllocatesNothingWhileStepping) {
  const auto program = program_of(
      "time: {stop: 10, method: rk4}\nconstants: {rate: 0.5}\n"
      "auxiliaries: {d: \"delay_fixed(s, 3, 0) + smooth3(s, 2)\"}\nstocks: {s: {initial: 8, net: d - rate * "
      "s}}\n",
      {.outcomes = {{"m", "max(s)", {}}}});
  Runner runner(program);
  RunOutput output;
  const auto counted = [&](double stop) {
    const RunInput input{.lanes = 64, .stop = stop, .save_every = stop};
    static_cast<void>(runner.run(input, output));
    const std::size_t before = allocations;
    static_cast<void>(runner.run(input, output));
    return allocations - before;
  };
  EXPECT_EQ(counted(100), counted(10'000));
}

}  // namespace
}  // namespace flowyard::worker::engine
