#include "controller/results/result_table.hpp"

#include <limits>

#include <gmock/gmock.h>

namespace flowyard::controller::results {
namespace {

using experiment::Axis;
using experiment::Experiment;
using experiment::Fixed;
using experiment::ParameterSpec;
using experiment::Target;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ParameterSpec fixed(std::string name, double value) {
  return {std::move(name), Target::Parameter, Fixed{value}};
}

ParameterSpec axis(std::string name, std::vector<double> values) {
  Axis shape;
  shape.values = std::move(values);
  return {std::move(name), Target::Parameter, shape};
}

ParameterSpec drawn(std::string name) {
  return {std::move(name), Target::Parameter,
          experiment::Random{.a = 0, .b = 1, .choices = {}, .weights = {}, .min = {}, .max = {}}};
}

Experiment experiment_of(std::vector<std::vector<ParameterSpec>> scenarios) {
  Experiment experiment;
  for (auto& parameters : scenarios) {
    experiment::NamedScenario named;
    named.name = "s" + std::to_string(experiment.scenarios.size());
    named.parameters = std::move(parameters);
    experiment.scenarios.push_back(std::move(named));
  }
  experiment.outputs.outcomes = {{.name = "final", .expression = "last(Level)"},
                                 {.name = "crossed", .expression = "first_time(Level > 3)"}};
  return experiment;
}

// A table over an experiment that it owns.
struct Fixture {
  explicit Fixture(Experiment of)
      : experiment(std::move(of)),
        space(experiment::design::ScenarioSpace::create(experiment).value()),
        table(experiment, space) {}

  Experiment experiment;
  experiment::design::ScenarioSpace space;
  ResultTable table;

  std::vector<std::string> names(bool all = true) const {
    std::vector<std::string> found;
    for (const auto& column : table.columns())
      if (all || column.is_shown) found.push_back(column.name);
    return found;
  }
  static ResultBlock block(std::uint64_t first, std::vector<double> final, std::vector<double> crossed) {
    ResultBlock b;
    b.range = {first, final.size()};
    b.outcome_names = {"final", "crossed"};
    b.outcomes = {std::move(final), std::move(crossed)};
    return b;
  }
  ResultRow row(std::uint64_t number, const std::vector<ResultBlock>& blocks,
                const std::vector<experiment::FailedScenario>& failed = {},
                std::uint64_t not_finite = 0) const {
    auto filling = table.begin(number);
    for (const auto& one : blocks)
      for (const auto& part : filling.asked_for) table.add(filling, part, one);
    for (const auto& one : failed) table.add(filling, one);
    filling.not_finite = not_finite;
    return table.finish(std::move(filling));
  }
  Cell cell(const ResultRow& row, const std::string& name) const {
    for (std::size_t i = 0; i < table.columns().size(); ++i)
      if (table.columns()[i].name == name) return row.cells.at(i);
    throw std::runtime_error("no column " + name);
  }
};

TEST(ResultTable, OfASweepHasItsAxisAndPlainOutcomes) {
  const Fixture f(experiment_of({{axis("rate", {1, 2, 3}), fixed("capacity", 10)}}));
  EXPECT_THAT(f.names(false), ElementsAre("rate", "status", "final", "crossed", "reason"));
  EXPECT_THAT(f.names(), ElementsAre("row", "first", "scenario", "region", "rate", "capacity", "status",
                                     "runs", "final", "crossed", "cause", "reason"));
  EXPECT_EQ(f.table.end_row(), 3u);
  const auto row = f.row(1, {Fixture::block(0, {5, 6, 7}, {1, 2, 3})});
  EXPECT_EQ(row.cells.size(), f.table.columns().size());
  EXPECT_EQ(f.cell(row, "rate"), Cell(2.0));
  EXPECT_EQ(f.cell(row, "capacity"), Cell(10.0));
  EXPECT_EQ(f.cell(row, "final"), Cell(6.0));
  EXPECT_EQ(f.cell(row, "crossed"), Cell(2.0));
  EXPECT_EQ(f.cell(row, "status"), Cell("done"));
  EXPECT_EQ(f.cell(row, "reason"), Cell());
  EXPECT_EQ(f.cell(row, "first"), Cell(1.0));
}

TEST(ResultTable, FoldsSamplesAndReplicationsAndNothingElse) {
  auto experiment = experiment_of({{axis("rate", {1, 2}), drawn("u")}, {fixed("rate", 9), drawn("u")}});
  experiment.design.samples = 2;
  experiment.replications = 2;
  experiment.regions = {{.name = "north", .parameters = {}}, {.name = "south", .parameters = {}}};
  const Fixture f(std::move(experiment));
  EXPECT_THAT(f.names(false), ElementsAre("scenario", "region", "rate", "status", "runs", "final.mean",
                                          "final.sd", "final.p05", "final.median", "final.p95",
                                          "final.left_out", "crossed.mean", "crossed.sd", "crossed.p05",
                                          "crossed.median", "crossed.p95", "crossed.left_out", "reason"));
  ASSERT_EQ(f.table.end_row(), 6u);
  // In two blocks, the second of which reaches into the next row.
  const auto row =
      f.row(1, {Fixture::block(3, {100, 1, 2}, {0, kNaN, 1}), Fixture::block(6, {3, 4, 100}, {3, kNaN, 0})});
  EXPECT_EQ(f.cell(row, "runs"), Cell(4.0));
  EXPECT_EQ(f.cell(row, "final.mean"), Cell(2.5));
  EXPECT_EQ(f.cell(row, "final.median"), Cell(2.5));
  EXPECT_EQ(f.cell(row, "final.p05"), Cell(1.15));
  EXPECT_NEAR(std::get<double>(f.cell(row, "final.p95")), 3.85, 1e-12);
  EXPECT_NEAR(std::get<double>(f.cell(row, "final.sd")), 1.2909944487358056, 1e-12);
  EXPECT_EQ(f.cell(row, "final.left_out"), Cell(0.0));
  EXPECT_EQ(f.cell(row, "crossed.mean"), Cell(2.0));
  EXPECT_EQ(f.cell(row, "crossed.left_out"), Cell(2.0));
  const auto last = f.row(5, {Fixture::block(20, {7, 7, 7, 7}, {1, 1, 1, 1})});
  EXPECT_EQ(f.cell(last, "scenario"), Cell("s1"));
  EXPECT_EQ(f.cell(last, "region"), Cell("south"));
  EXPECT_EQ(f.cell(last, "rate"), Cell(9.0));
}

TEST(ResultTable, TellsTheStatusOfARow) {
  auto experiment = experiment_of({{fixed("rate", 1)}});
  experiment.replications = 2;
  const Fixture f(std::move(experiment));
  const auto status = [&](const ResultRow& row) { return f.cell(row, "status"); };
  EXPECT_EQ(status(f.row(0, {})), Cell("pending"));
  EXPECT_EQ(status(f.row(0, {Fixture::block(0, {1}, {1})})), Cell("partial"));
  EXPECT_EQ(status(f.row(0, {Fixture::block(0, {1, 2}, {1, 2})})), Cell("done"));
  EXPECT_EQ(status(f.row(0, {Fixture::block(0, {1, kNaN}, {1, 1})}, {}, 1)), Cell("not_finite"));
  // Where it fails for that, its results are kept all the same.
  const auto fault = [](std::uint64_t index) {
    return experiment::FailedScenario{.index = index,
                                      .cause = experiment::DeathCause::NotFinite,
                                      .reason = "its results are not finite",
                                      .attempts = 1,
                                      .worker = {}};
  };
  const auto both = Fixture::block(0, {1, kNaN}, {1, 1});
  EXPECT_EQ(status(f.row(0, {both}, {fault(1)}, 1)), Cell("partial"));
  EXPECT_EQ(status(f.row(0, {both}, {fault(0), fault(1)}, 2)), Cell("failed"));
  const experiment::FailedScenario oom{.index = 1,
                                       .cause = experiment::DeathCause::Oom,
                                       .reason = "needed more than 64 MiB",
                                       .attempts = 3,
                                       .worker = "novel-poodle"};
  const auto half = f.row(0, {Fixture::block(0, {1}, {1})}, {oom});
  EXPECT_EQ(status(half), Cell("partial"));
  EXPECT_EQ(f.cell(half, "runs"), Cell(1.0));
  EXPECT_EQ(f.cell(half, "final.mean"), Cell(1.0));
  const auto failed = f.row(0, {}, {oom, oom});
  EXPECT_EQ(status(failed), Cell("failed"));
  EXPECT_EQ(f.cell(failed, "cause"), Cell("oom"));
  EXPECT_EQ(f.cell(failed, "reason"), Cell("oom: needed more than 64 MiB"));
  EXPECT_EQ(f.cell(failed, "final.mean"), Cell());
}

TEST(ResultTable, HasTheRowsThatTheExperimentWasAskedFor) {
  auto experiment = experiment_of({{axis("rate", {1, 2, 3, 4})}});
  experiment.replications = 3;
  experiment.only.emplace().add({4, 3});  // two runs of the second row, one of the third
  const Fixture f(std::move(experiment));
  EXPECT_EQ(f.table.first_row(), 1u);
  EXPECT_EQ(f.table.end_row(), 3u);
  EXPECT_EQ(f.cell(f.row(1, {Fixture::block(4, {1, 2}, {1, 1})}), "status"), Cell("done"));
  EXPECT_EQ(f.cell(f.row(2, {Fixture::block(6, {1}, {1})}), "runs"), Cell(1.0));
}

TEST(ResultTable, CallsNoTwoColumnsTheSame) {
  auto experiment = experiment_of({{axis("status", {1, 2}), axis("final", {3, 4})}});
  const Fixture f(std::move(experiment));
  EXPECT_THAT(f.names(false),
              ElementsAre("parameter.status", "final", "status", "outcome.final", "crossed", "reason"));
}

TEST(ResultTable, LeavesOutWhatIsNoNumber) {
  auto experiment =
      experiment_of({{drawn("u"), {"array", Target::Parameter, experiment::Array{{2}, {1, 2}}}}});
  experiment.outputs.outcomes.clear();
  const Fixture f(std::move(experiment));
  EXPECT_THAT(f.names(false), ElementsAre("status", "reason"));
}

}  // namespace
}  // namespace flowyard::controller::results
