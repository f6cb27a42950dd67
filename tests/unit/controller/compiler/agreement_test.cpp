// The engine against the tree-walking evaluator: equal to the bit, at every lane, for every instruction set
// that this processor has.
#include <bit>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/xmile/read.hpp"
#include "controller/model/yaml/read.hpp"
#include "tests/support/tree_walker.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr std::size_t kLanes = 19;  // no multiple of any vector's length

std::vector<engine::Level> levels() {
  std::vector<engine::Level> all{engine::Level::Base};
  if (engine::best_kernels() != engine::Level::Base) all.push_back(engine::Level::Avx2);
  if (engine::best_kernels() == engine::Level::Avx512) all.push_back(engine::Level::Avx512);
  if (engine::best_level() == engine::Level::Native) all.push_back(engine::Level::Native);
  return all;
}

void expect_agreement(const Results<model::Model>& model, const std::string& text,
                      const std::string& parameter, double low, double high) {
  ASSERT_TRUE(model) << to_string(model.error().front()) << text;
  const auto program = compile(*model, {.series = series_names(*model)});
  ASSERT_TRUE(program) << to_string(program.error().front()) << text;
  const auto shared = std::make_shared<const engine::Program>(*program);
  engine::RunInput input;
  input.lanes = kLanes;
  engine::Column column{parameter, 1, {}};
  for (std::size_t i = 0; i < kLanes; ++i)
    column.values.push_back(low + (high - low) * static_cast<double>(i) / (kLanes - 1));
  input.parameters.push_back(column);
  for (const engine::Level level : levels()) {
    engine::Runner runner(shared, level);
    engine::RunOutput output;
    ASSERT_TRUE(runner.run(input, output));
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto walked = test::walk(*model, {{parameter, column.values[lane]}});
      ASSERT_EQ(walked.times.size(), output.times.size());
      for (const auto& series : output.series) {
        const auto& expected = walked.series.at(model::key_of(series.name));
        for (std::size_t k = 0; k < expected.size(); ++k) {
          const double ours = series.values[k * kLanes + lane];
          const bool both_nan = ours != ours && expected[k] != expected[k];
          ASSERT_TRUE(both_nan ||
                      std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(expected[k]))
              << series.name << " at " << output.times[k] << ", lane " << lane << ": " << ours << " against "
              << expected[k] << "\n"
              << text;
        }
      }
    }
  }
}

void expect_agreement(const std::string& text, const std::string& parameter, double low, double high) {
  expect_agreement(model::yaml::read(text, "m.yaml"), text, parameter, low, high);
}

TEST(Agreement, OfAConveyorThatHoldsBackWhatDoesNotFit) {
  for (const char* method : {"Euler", "RK4"}) {
    const std::string text =
        std::string("<xmile><sim_specs method=\"") + method +
        "\"><start>0</start><stop>12</stop><dt>0.25</dt></sim_specs><model><variables>"
        "<aux name=\"p\"><eqn>1</eqn></aux><stock name=\"source\"><eqn>100</eqn><outflow>in</outflow></stock>"
        "<stock name=\"belt\"><eqn>7</eqn><inflow>in</inflow><outflow>out</outflow><conveyor><len>1.75</len>"
        "<capacity>9 + p</capacity></conveyor></stock><stock "
        "name=\"end\"><eqn>0</eqn><inflow>out</inflow></stock>"
        "<flow name=\"in\"><eqn>source * p / 10 + SIN(TIME)</eqn></flow><flow name=\"out\"/>"
        "</variables></model></xmile>";
    expect_agreement(model::xmile::read(text, "m.xmile"), text, "p", 0.2, 3);
  }
}

TEST(Agreement, OfAConveyorThatLeaks) {
  for (const char* exponential : {"false", "true"}) {
    const std::string text =
        std::string(
            "<xmile><sim_specs method=\"RK4\"><start>0</start><stop>12</stop><dt>0.25</dt></sim_specs>"
            "<model><variables><aux name=\"p\"><eqn>1</eqn></aux><stock name=\"belt\"><eqn>7</eqn>"
            "<inflow>in</inflow><outflow>out</outflow><outflow>lost</outflow><conveyor "
            "exponential_leak=\"") +
        exponential +
        "\"><len>1.75</len></conveyor></stock><stock name=\"end\"><eqn>0</eqn><inflow>out</inflow></stock>"
        "<flow name=\"in\"><eqn>3 + 2 * SIN(TIME) * p</eqn></flow><flow name=\"out\"/>"
        "<flow name=\"lost\"><eqn>p / 9</eqn><leak/></flow></variables></model></xmile>";
    expect_agreement(model::xmile::read(text, "m.xmile"), text, "p", 0.2, 3);
  }
}

TEST(Agreement, OfLogisticGrowthByEulerAndRungeKutta) {
  for (const char* method : {"euler", "rk4"})
    expect_agreement(std::string("time: {stop: 50, step: 0.25, method: ") + method +
                         "}\nconstants: {r: 0.1, k: 100}\nstocks: {p: {initial: k / 50, inflows: [g]}}\n"
                         "flows: {g: r * p * (1 - p / k)}\n",
                     "r", 0.01, 0.4);
}

TEST(Agreement, OfHaresAndLynxes) {
  expect_agreement(
      "time: {stop: 40, step: 0.0625, method: rk4}\n"
      "constants: {birth: 1.25, kill: 0.25}\n"
      "stocks:\n"
      "  hares: {initial: 30, inflows: [hare births], outflows: [hare deaths]}\n"
      "  lynxes: {initial: 4, inflows: [lynx births], outflows: [lynx deaths]}\n"
      "flows: {hare births: birth * hares, hare deaths: eaten, lynx births: eaten * 0.1, lynx deaths: 0.5 * "
      "lynxes}\n"
      "auxiliaries: {eaten: kill * hares * lynxes / (1 + 0.01 * hares)}\n",
      "birth", 0.5, 2);
}

TEST(Agreement, OfLookupsPulsesAndConditions) {
  expect_agreement(
      "time: {stop: 20, step: 0.5}\nconstants: {c: 1}\n"
      "lookups: {effect: {points: [[0, 1], [1, 0.5], [1, 0.25], [3, 0.1], [8, -2]]}}\n"
      "auxiliaries:\n"
      "  a: effect(time / 2 - c)\n"
      "  b: if_then_else(time > 5 and not (c > 2), STEP(c, 3), RAMP(c, 2, 9))\n"
      "  d: pulse(c, 2) + xidz(1, c - 1, 7) + zidz(c, sin(time)) + modulo(time * c, 3)\n"
      "stocks: {s: {initial: effect(c), net: a + b - 0.1 * s}}\n",
      "c", -1, 3);
}

// Random expressions over every plain function.
class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}
  std::string expression(int depth) {
    if (depth == 0) return pick({"p", "s", "time", "2.5", "0.3", "7", "s2"});
    const std::string a = expression(depth - 1);
    const std::string b = expression(static_cast<int>(random_() % static_cast<unsigned>(depth)));
    switch (random_() % 8) {
      case 0:
        return pick({"abs", "exp", "sqrt", "sin", "cos", "tanh", "arctan", "integer", "ln"}) + "(" + a + ")";
      case 1:
        return pick({"min", "max", "zidz", "modulo"}) + "(" + a + ", " + b + ")";
      case 2:
        return "if_then_else(" + a + " < " + b + ", " + a + ", " + b + ")";
      case 3:
        return "(" + a + ")" + pick({" < ", " >= ", " = ", " <> ", " and ", " or "}) + "(" + b + ")";
      case 4:
        return "-(" + a + ")^2";
      default:
        return "(" + a + pick({" + ", " - ", " * ", " / "}) + b + ")";
    }
  }

 private:
  std::string pick(std::initializer_list<const char*> all) { return all.begin()[random_() % all.size()]; }
  std::mt19937 random_;
};

TEST(Agreement, OfRandomExpressions) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    Author author(seed);
    expect_agreement(
        "time: {stop: 4, step: 0.5, method: " + std::string(seed % 2 ? "rk4" : "euler") +
            "}\nconstants: {p: 1}\nauxiliaries:\n  a: \"" + author.expression(4) + "\"\n  b: \"" +
            author.expression(5) +
            "\"\nstocks:\n  s: {initial: p, net: tanh(a)}\n  s2: {initial: 2, net: \"tanh(b - s2)\"}\n",
        "p", -2, 3);
  }
}

}  // namespace
}  // namespace flowyard::controller::compiler
