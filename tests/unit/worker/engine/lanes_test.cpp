// No lane's result depends on who else is in the batch: every method at every number of lanes from 1 to 70
// against runs of one lane, equal to the bit, on one Runner that keeps the slots of larger batches.
#include <bit>
#include <memory>

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/vensim/reader.hpp"
#include "controller/model/xmile/read.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr std::size_t kMostLanes = 70;
constexpr Method kMethods[] = {Method::Euler, Method::RungeKutta2, Method::RungeKutta4,
                               Method::RungeKuttaAuto};

std::shared_ptr<const Program> compiled(const Results<controller::model::Model>& model) {
  EXPECT_TRUE(model) << to_string(model.error().front());
  auto program =
      controller::compiler::compile(*model, {.series = controller::compiler::series_names(*model),
                                             .outcomes = {{"mean", "mean(s)", {}}, {"peak", "max(s)", {}}}});
  EXPECT_TRUE(program) << to_string(program.error().front());
  return std::make_shared<Program>(*program);
}

// Everything that keeps a state of its own beside the slots, and what is computed lane by lane.
const std::string vensim_model =
    "{UTF-8}\n"
    "c = 1 ~~|\n"
    "D: d1, d2, d3 ~~|\n"
    "curve( (0,0),(1,2),(4,3),(9,9) ) ~~|\n"
    "noise = RANDOM NORMAL(-3, 3, 0, 1, 7) ~~|\n"
    "s = INTEG(c * s * (1 - s / 9) + noise / 50, 0.5 + c / 9) ~~|\n"
    "fixed = DELAY FIXED(s, 2 + c, s) ~~|\n"
    "material = DELAY MATERIAL(s, 1 + c, s, 0) ~~|\n"
    "information = DELAY INFORMATION(s, 1 + c, s) ~~|\n"
    "ordered = DELAY N(s, 2 + c + STEP(c, 2), s, 3) ~~|\n"
    "smooth = SMOOTH3(curve(s), c) ~~|\n"
    "asked[D] = s, c, 2 ~~|\n"
    "p[D] = 1, 2, 3 ~~|\n"
    "given[D] = ALLOCATE BY PRIORITY(asked[D], p[D], 3, 2, s + c) ~~|\n"
    "kept = SAMPLE IF TRUE(MODULO(Time, 2) > 1, s, 0) ~~|\n"
    "stiff = INTEG(40 * (s - stiff) - PULSE(3, c), 1) ~~|\n"
    "INITIAL TIME=0~~|FINAL TIME=6~~|TIME STEP=0.5~~|SAVEPER=0.5~~|\n";

const std::string xmile_model =
    "<xmile version=\"1.0\"><sim_specs><start>0</start><stop>6</stop><dt>0.5</dt></sim_specs>"
    "<model><variables><aux name=\"c\"><eqn>1</eqn></aux>"
    "<stock name=\"s\"><eqn>7 + c</eqn><outflow>wait</outflow><queue/></stock>"
    "<flow name=\"wait\"><eqn>0</eqn></flow>"
    "<stock name=\"belt\"><eqn>7</eqn><inflow>wait</inflow><outflow>out</outflow><outflow>lost</outflow>"
    "<conveyor><len>1 + c</len><capacity>9 + c</capacity></conveyor></stock>"
    "<flow name=\"out\"><eqn>0</eqn></flow>"
    "<flow name=\"lost\"><eqn>0.1 * c</eqn><leak/></flow>"
    "<stock name=\"end\"><eqn>0.3</eqn><inflow>out</inflow><outflow>drain</outflow><non_negative/></stock>"
    "<flow name=\"drain\"><eqn>2 * c * SQRT(end + 0.1)</eqn></flow>"
    "</variables></model></xmile>";

double given(std::size_t lane) {
  return 0.1 + 1.7 * static_cast<double>(lane * 7 % 23) / 23;
}

RunInput lanes(std::size_t first, std::size_t count, Method method) {
  RunInput input{.lanes = count, .seed = 5, .parameters = {{"c", 1, {}}}, .method = method};
  for (std::size_t i = first; i < first + count; ++i) {
    input.parameters[0].values.push_back(given(i));
    input.draws.push_back(i);
  }
  return input;
}

bool same(double a, double b) {
  return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_lane(const RunOutput& alone, const RunOutput& together, std::size_t lane, std::size_t count) {
  ASSERT_EQ(alone.times, together.times);
  for (std::size_t k = 0; k < alone.series.size(); ++k)
    for (std::size_t n = 0; n < alone.series[k].values.size(); ++n)
      ASSERT_TRUE(same(alone.series[k].values[n], together.series[k].values[n * count + lane]))
          << alone.series[k].name << ", value " << n << " of lane " << lane;
  for (std::size_t k = 0; k < alone.outcomes.size(); ++k)
    ASSERT_TRUE(same(alone.outcomes[k][0], together.outcomes[k][lane])) << alone.outcome_names[k];
}

void expect_no_company(const std::shared_ptr<const Program>& program, Method method, Level level) {
  Runner single(program, level);
  std::vector<RunOutput> alone(kMostLanes);
  for (std::size_t i = 0; i < kMostLanes; ++i) ASSERT_TRUE(single.run(lanes(i, 1, method), alone[i]));
  Runner runner(program, level);
  for (std::size_t count = kMostLanes; count > 0; --count) {
    SCOPED_TRACE(std::to_string(count) + " lanes");
    RunOutput together;
    const std::size_t first = count % 3 == 0 ? kMostLanes - count : 0;
    ASSERT_TRUE(runner.run(lanes(first, count, method), together));
    for (std::size_t i = 0; i < count; ++i) expect_lane(alone[first + i], together, i, count);
  }
}

void expect_no_company(const std::shared_ptr<const Program>& program) {
  for (const Method method : kMethods) {
    for (const Level level : {Level::Base, best_level()}) {
      SCOPED_TRACE("method " + std::to_string(static_cast<int>(method)) + ", level " +
                   std::to_string(static_cast<int>(level)));
      expect_no_company(program, method, level);
    }
  }
}

TEST(Lanes, AreAloneWithDelaysNoiseAndArrays) {
  expect_no_company(compiled(controller::model::vensim::read(vensim_model, "m.mdl")));
}

TEST(Lanes, AreAloneWithQueuesAndConveyors) {
  expect_no_company(compiled(controller::model::xmile::read(xmile_model, "m.xmile")));
}

TEST(Lanes, StopBetweenTheSubStepsOfOneStep) {
  // Steps of the least size all the way: a step of the model takes a million of them.
  const auto program = compiled(
      controller::model::vensim::read("{UTF-8}\nc = 1 ~~|\ns = INTEG(SIN(1e9 * c * Time) * 1e9, 1) ~~|\n"
                                      "INITIAL TIME=0~~|FINAL TIME=1000~~|TIME STEP=1000~~|SAVEPER=1000~~|\n",
                                      "m.mdl"));
  Runner runner(program);
  RunOutput output;
  int asked = 0;
  ASSERT_TRUE(runner.run(lanes(0, 64, Method::RungeKuttaAuto), output, [&] { return ++asked < 2; }));
  EXPECT_TRUE(output.interrupted);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace flowyard::worker::engine
