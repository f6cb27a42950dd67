#include "controller/compiler/compile.hpp"

#include <cmath>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/model/yaml/read.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "worker/engine/describe.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr const char* kLogistic = R"(
name: Logistic growth
time: {start: 0, stop: 400, step: 0.125, save_every: 1, method: rk4}
constants:
  growth_rate: {value: 0.03, units: 1/year}
  carrying_capacity: 10000
  initial_population: 100
stocks:
  Population: {initial: initial_population, inflows: [growth]}
flows:
  growth: growth_rate * Population * (1 - Population / carrying_capacity)
)";

Results<engine::Program> compiled(const char* text, CompileOptions options) {
  auto model = model::yaml::read(text, "m.yaml");
  if (!model) return model.error();
  return compile(*model, options);
}

std::string first_error(const char* text, CompileOptions options = {}) {
  const auto result = compiled(text, std::move(options));
  return result ? "no error" : test::place_and_code(result.error().front());
}

engine::RunOutput run(const engine::Program& program, const engine::RunInput& input) {
  engine::Runner runner(std::make_shared<engine::Program>(program));
  engine::RunOutput output;
  const auto ok = runner.run(input, output);
  EXPECT_TRUE(ok) << (ok ? "" : to_string(ok.error()));
  return output;
}

TEST(Compile, LogisticGrowthAgreesWithItsClosedForm) {
  const auto program =
      compiled(kLogistic, {.series = {"Population"},
                           .outcomes = {{"final", "last(Population)", {}},
                                        {"t99", "first_time(Population > 0.99*carrying_capacity)", {}}}});
  ASSERT_TRUE(program) << to_string(program.error().front());
  engine::RunInput input{.lanes = 3};
  input.parameters = {{"growth_rate", 1, {0.03, 0.05, 0.03}}, {"Carrying Capacity", 1, {10000, 10000, 5000}}};
  const auto out = run(*program, input);
  const double rates[] = {0.03, 0.05, 0.03};
  const double capacities[] = {10000, 10000, 5000};
  ASSERT_EQ(out.times.size(), 401U);
  for (std::size_t lane = 0; lane < 3; ++lane) {
    for (std::size_t k = 0; k < out.times.size(); ++k) {
      const double growth = std::exp(-rates[lane] * out.times[k]);
      const double exact = capacities[lane] / (1 + (capacities[lane] - 100) / 100 * growth);
      EXPECT_NEAR(out.series[0].values[k * 3 + lane], exact, 1e-6 * exact);
    }
    const double t99 = std::log(99 * (capacities[lane] - 100) / 100) / rates[lane];
    EXPECT_EQ(out.outcomes[1][lane], std::ceil(t99));
  }
  EXPECT_EQ(out.outcome_names, (std::vector<std::string>{"final", "t99"}));
}

TEST(Compile, NamesWhatIsUnknownAndWhatIsMeant) {
  EXPECT_EQ(first_error("time: {stop: 1}\nconstants: {growth_rate: 1}\nauxiliaries: {a: growth_rat * 2}\n"),
            "m.yaml:3:18 unknown-name");
}

TEST(Compile, ReportsAllMistakesAtOnce) {
  const auto result = compiled("time: {stop: 1}\nauxiliaries: {a: b, c: foo(1), d: abs()}\n", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().size(), 3U);
}

TEST(Compile, NamesTheVariablesOfALoop) {
  EXPECT_EQ(first_error("time: {stop: 1}\nauxiliaries: {a: b + 1, b: c * 2, c: a}\n"), "m.yaml:2:15 loop");
}

TEST(Compile, RefusesAnOutcomeThatStillChanges) {
  const auto result = compiled(kLogistic, {.outcomes = {{"final", "Population / 2", {"e.yaml", 7, 3}}}});
  ASSERT_FALSE(result);
  EXPECT_EQ(test::places_and_codes(result.error()), "e.yaml:7:3 not-constant\n");
  // No model of the golden files has outcomes: the sentence stands here.
  EXPECT_THAT(result.error().front().message,
              testing::StartsWith("the outcome 'final' changes over time: say which moment is meant"));
}

TEST(Compile, HoistsWhatDependsOnParametersOnly) {
  const auto program =
      compiled("time: {stop: 1}\nconstants: {a: 2, b: 3}\nauxiliaries: {c: a * b, d: c + time}\n",
               {.series = {"d"}, .outcomes = {}});
  ASSERT_TRUE(program);
  EXPECT_EQ(program->invariant.size(), 5U) << engine::describe(*program);  // four settings, one product
  EXPECT_EQ(program->save.size(), 1U);
  EXPECT_TRUE(program->step.empty());
}

}  // namespace
}  // namespace flowyard::controller::compiler
