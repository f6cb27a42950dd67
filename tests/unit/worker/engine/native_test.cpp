// The machine code against the kernels: equal to the bit for every method and every number of lanes, whatever
// the strips and copies these make.
#include <bit>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/vensim/reader.hpp"
#include "controller/model/yaml/read.hpp"
#include "worker/engine/native/executable.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::worker::engine {
namespace {

std::shared_ptr<const Program> program_of(const std::string& text) {
  const bool vensim = text.starts_with("{UTF-8}");
  const auto model =
      vensim ? controller::model::vensim::read(text, "m.mdl") : controller::model::yaml::read(text, "m.yaml");
  EXPECT_TRUE(model) << to_string(model.error().front()) << "\n" << text;
  auto program =
      controller::compiler::compile(*model, {.series = controller::compiler::series_names(*model)});
  EXPECT_TRUE(program) << to_string(program.error().front());
  return std::make_shared<Program>(*program);
}

RunInput input_of(std::size_t lanes, Method method, double save_every) {
  RunInput input{.lanes = lanes, .seed = 5, .save_every = save_every, .method = method};
  Column column{"c", 1, {}};
  for (std::size_t i = 0; i < lanes; ++i) {
    column.values.push_back(0.1 + 1.7 * static_cast<double>(i % 23) / 23);
    input.draws.push_back(i);
  }
  input.parameters.push_back(column);
  return input;
}

void expect_same(const RunOutput& a, const RunOutput& b) {
  ASSERT_EQ(a.times, b.times);
  ASSERT_EQ(a.series.size(), b.series.size());
  for (std::size_t k = 0; k < a.series.size(); ++k) {
    const auto& ours = a.series[k].values;
    const auto& theirs = b.series[k].values;
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const bool both_nan = ours[i] != ours[i] && theirs[i] != theirs[i];
      ASSERT_TRUE(both_nan ||
                  std::bit_cast<std::uint64_t>(ours[i]) == std::bit_cast<std::uint64_t>(theirs[i]))
          << a.series[k].name << ", value " << i << ": " << ours[i] << " against " << theirs[i];
    }
  }
}

void expect_agreement(const std::string& text, const RunInput& extra = {}) {
  if (best_level() != Level::Native) GTEST_SKIP() << "no machine code for this processor";
  const auto program = program_of(text);
  Runner native(program, Level::Native);
  Runner kernels(program, Level::Base);
  for (const Method method : {Method::Euler, Method::RungeKutta2, Method::RungeKutta4}) {
    for (const double save_every : {0.25, 1.0, 8.0}) {
      for (const std::size_t lanes : {1U, 7U, 16U, 19U, 32U, 50U, 300U}) {
        SCOPED_TRACE(std::to_string(lanes) + " lanes, method " + std::to_string(static_cast<int>(method)));
        RunInput input = input_of(lanes, method, save_every);
        input.series_parameters = extra.series_parameters;
        for (const Column& column : extra.parameters)
          input.parameters.push_back({column.name, 1, std::vector<double>(lanes, column.values[0])});
        RunOutput ours;
        RunOutput theirs;
        ASSERT_TRUE(native.run(input, ours));
        ASSERT_TRUE(kernels.run(input, theirs));
        expect_same(ours, theirs);
      }
    }
  }
}

const std::string time = "time: {stop: 20, step: 0.25}\nconstants: {c: 1}\n";

TEST(Native, AgreesOnShortCode) {
  expect_agreement(time + "stocks: {s: {initial: 3, net: c * s * (1 - s / 100)}}\n");
}

TEST(Native, AgreesOnFunctionsOfTimeAlone) {
  expect_agreement(time +
                   "auxiliaries:\n  season: \"sin(time / 3) + step(2, 5) * pulse(4, 1)\"\n"
                   "  odd: \"if_then_else(modulo(time, 2) > 1, time / 7, season) - season * c\"\n"
                   "stocks: {s: {initial: c, net: odd + season - s / 9}}\n");
}

TEST(Native, AgreesOnLoopsOverElements) {
  expect_agreement(
      "time: {stop: 60, step: 0.25}\ndimensions: {place: 90, age: 3}\nconstants: {c: 0.1, capacity: 70}\n"
      "stocks:\n"
      "  people[place]: {initial: 10, net: \"births[place] + arrivals[place] - sum(old[place, age!]) / "
      "50\"}\n"
      "  land[place]: {initial: 50, net: \"-used[place]\", non_negative: true}\n"
      "  old[place, age]: {initial: 1, net: \"c * (people[place] / 8 - old[place, age])\"}\n"
      "flows:\n"
      "  births[place]: c * people[place] * (1 - people[place] / capacity)\n"
      "  arrivals[place]: \"0.05 * (total / 90 - people[place])\"\n"
      "  used[place]: \"min(0.01 * land[place] * people[place], max(c, land[place] / 3))\"\n"
      "auxiliaries:\n"
      "  total: \"SUM(people[place!])\"\n");
}

const std::string with_tables =
    "time: {stop: 20, step: 0.25}\nconstants: {c: 1}\n"
    "lookups:\n  even: {points: [[0, 1], [2, 5], [4, -3], [6, 0.3]]}\n"
    "  odd: {points: [[-1, 2], [-1, 3], [0.001, 7], [5000, 1]]}\n"
    "stocks: {s: {initial: 3, net: \"even(c * s) - odd(s) / 9 + even(time - 3) * even(2) + later\"}}\n"
    "auxiliaries: {later: \"odd(even(s) * c - 2) / 7 - s\"}\n";

TEST(Native, AgreesOnTables) {
  expect_agreement(with_tables);
}

TEST(Native, AgreesOnTablesThatTheRunReplaces) {
  RunInput extra;
  extra.parameters.push_back({"even", 1, {0.7}});
  expect_agreement(with_tables, extra);
  extra.parameters.clear();
  extra.series_parameters.push_back({"odd", {0, 1, 9}, {{1, -2, 3}}});
  expect_agreement(with_tables, extra);
}

// One code, run with and without a table's replacement.
TEST(Native, MindsWhichTablesAreReplacedFromRunToRun) {
  const auto program = program_of(with_tables);
  Runner runner(program);
  const RunInput plain = input_of(1, Method::Euler, 0.25);
  RunInput replaced = plain;
  replaced.parameters.push_back({"even", 1, {0.7}});
  for (const RunInput* each : std::vector<const RunInput*>{&plain, &replaced, &plain, &replaced}) {
    RunOutput ours;
    RunOutput theirs;
    ASSERT_TRUE(runner.run(*each, ours));
    ASSERT_TRUE(Runner(program, Level::Base).run(*each, theirs));
    expect_same(ours, theirs);
  }
}

// An array model whose elements follow one formula each variable, with neighbours on both sides, chains from
// element to element, and more values at once than there are registers.
std::string random_arrays(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<int>(random() % n); };
  const int elements = 12 + below(50);
  std::string text = "{UTF-8}\nP: (P1-P" + std::to_string(elements) + ")~~|\nc = 0.3~~|\n";
  const auto element = [&](const std::string& name, int i) {
    return i < 1 || i > elements ? "c" : name + "[P" + std::to_string(i) + "]";
  };
  struct Term {
    int kind, variable, shift;
  };
  const int stocks = 1 + below(2);
  const int variables = 2 + below(4);
  // Of what a step begins with; of what is found in it, which hangs on no sum; and products.
  const std::string sums[] = {"sum of all", "sum of last", "sum of products", "sum of all"};
  const auto write = [&](const std::string& name, int known, bool stock) {
    std::vector<Term> terms;
    const int count = 1 + below(below(3) == 0 ? 22 : 5);
    for (int t = 0; t < count; ++t) {
      const int shift = below(2) == 0 ? 0 : below(9) - 4;
      const bool chain = !stock && below(6) == 0;
      if (chain)
        terms.push_back({below(6), known, -1 - below(5)});
      else
        terms.push_back({below(6),
                         known > 0 ? below(static_cast<std::uint32_t>(known))
                                   : -1 - below(static_cast<std::uint32_t>(stocks)),
                         shift});
    }
    const bool nested = below(2) == 0;
    for (int i = 1; i <= elements; ++i) {
      std::string formula = "0.1";
      for (const auto& [kind, variable, shift] : terms) {
        const std::string of =
            variable < 0 ? "s" + std::to_string(-1 - variable) : "v" + std::to_string(variable);
        const std::string x = element(of, i + shift);
        const std::string parts[] = {"c * " + x,
                                     "MAX(c, " + x + ")",
                                     x + " / 7",
                                     sums[terms.size() % 4] + " * 0.01",
                                     "IF THEN ELSE(" + x + " > c, 0.2, " + x + ")",
                                     "(" + x + " - time) * 0.1"};
        formula =
            nested ? "(" + parts[kind] + " - 0.3 * (" + formula + "))" : formula + " + 0.2 * " + parts[kind];
      }
      if (stock)
        formula = "INTEG(" + formula + " - 0.2 * " + element(name, i) + ", " + std::to_string(i) + ")";
      text += element(name, i) + " = " + formula + "~~|\n";
    }
  };
  for (int v = 0; v < variables; ++v) write("v" + std::to_string(v), v, false);
  for (int s = 0; s < stocks; ++s) write("s" + std::to_string(s), variables, true);
  const std::string last = "s" + std::to_string(stocks - 1);
  return text + "sum of all = SUM(s0[P!])~~|\nsum of last = SUM(" + last + "[P!]) / 3~~|\n" +
         "half[P] = s0[P] / 2 - c~~|\nsum of products = SUM(half[P!] * " + last +
         "[P!]) + SUM(half[P!])~~|\n" +
         "INITIAL TIME = 0~~|\nFINAL TIME = 20~~|\nTIME STEP = 0.25~~|\nSAVEPER "
         "= 0.25~~|\n";
}

TEST(Native, AgreesOnRandomArrays) {
  if (best_level() != Level::Native) GTEST_SKIP() << "no machine code for this processor";
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto program = program_of(random_arrays(seed));
    Runner native(program, Level::Native);
    Runner kernels(program, Level::Base);
    for (const Method method : {Method::Euler, Method::RungeKutta4}) {
      for (const std::size_t lanes : {1U, 3U, 20U}) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::to_string(lanes) + " lanes");
        RunInput input = input_of(lanes, method, seed % 2 == 0 ? 0.25 : 20);
        RunOutput ours;
        RunOutput theirs;
        ASSERT_TRUE(native.run(input, ours));
        ASSERT_TRUE(kernels.run(input, theirs));
        expect_same(ours, theirs);
      }
    }
  }
}

TEST(Native, AgreesOnDelaysAndStates) {
  expect_agreement(time +
                   "stocks: {s: {initial: c, net: \"delay_fixed(input, 1.5, 2) - s / 4\"}}\n"
                   "auxiliaries:\n  input: \"ramp(c, 1, 9) + smooth3(time, 2)\"\n"
                   "  kept: \"sample_if_true(s > 2, input, 0.5)\"\n  last: \"kept + delay1(s, 3)\"\n");
}

TEST(Native, AgreesOnRandomNumbers) {
  expect_agreement(
      time +
      "stocks: {s: {initial: c, net: \"random_uniform(-1, 1, 0) - random_normal(-2, 2, 0, 1, 0)\"}}\n");
}

TEST(Native, AgreesOnParametersThatAreSeries) {
  RunInput extra;
  extra.series_parameters.push_back({"push", {0, 5, 20}, {{1, -2, 3}}});
  expect_agreement(
      "time: {stop: 20, step: 0.25}\nconstants: {c: 1, push: 0}\n"
      "stocks: {s: {initial: 3, net: c * push - s / 10}}\n",
      extra);
}

TEST(Native, AgreesOnTimeSettingsThatChange) {
  const std::string text =
      "time: {stop: 20, step: \"if_then_else(time > 5, 0.5, 0.25)\"}\nconstants: {c: 1}\n"
      "stocks: {s: {initial: 3, net: c * s * (1 - s / 100)}}\n";
  const auto program = program_of(text);
  Runner native(program, Level::Native);
  Runner kernels(program, Level::Base);
  RunOutput ours;
  RunOutput theirs;
  const RunInput input = input_of(6, Method::RungeKutta4, 0.5);
  ASSERT_TRUE(native.run(input, ours));
  ASSERT_TRUE(kernels.run(input, theirs));
  expect_same(ours, theirs);
}

TEST(Native, RunsCodeThatItHasWritten) {
  const std::vector<std::uint8_t> returns_seven{0xb8, 7, 0, 0, 0, 0xc3};
  if (best_level() != Level::Native) GTEST_SKIP() << "no machine code for this processor";
  const auto code = native::Executable::make(returns_seven);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->at<int (*)()>(0)(), 7);
}

}  // namespace
}  // namespace flowyard::worker::engine
