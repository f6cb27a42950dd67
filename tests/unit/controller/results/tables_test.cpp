#include "controller/results/tables.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/results/across_regions.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::results {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const TableFormat& csv() {
  return *table_format("csv").value();
}

// Every scenario of a block.
void add_all(auto& table, const ResultBlock& block) {
  for (auto index = block.range.first; index < block.range.end(); ++index) table.add(block, index);
}

ResultBlock a_block() {
  ResultBlock block;
  block.range = {4, 2};
  block.worker = "novel-poodle";
  block.outcome_names = {"final", "crossed"};
  block.outcomes = {{1.5, 2}, {kNaN, 7}};
  block.times = {0, 0.5};
  block.series = {{.name = "Level", .elements = {}, .values = {10, 20, 11, 21}},
                  {.name = "Stock", .elements = {"a", "b"}, .values = {1, 2, 3, 4, 5, 6, 7, 8}}};
  return block;
}

TEST(Csv, QuotesOnlyWhatMustBe) {
  CsvWriter csv;
  csv.cell("plain").cell("a,b").cell("say \"so\"").cell("two\nlines").cell("");
  csv.end_row();
  EXPECT_EQ(csv.text(), "plain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",\n");
}

TEST(Csv, MarksTextThatASpreadsheetWouldComputeAndNoNumber) {
  CsvWriter csv;
  csv.cell("=1+1").cell("-a,b").cell("-1").cell(-1.5).cell(-INFINITY);
  csv.end_row();
  EXPECT_EQ(csv.text(), "'=1+1,\"'-a,b\",-1,-1.5,-inf\n");
}

TEST(Csv, WritesNumbersThatReadBackAsTheSame) {
  EXPECT_EQ(cell_text(0.1), "0.1");
  EXPECT_EQ(cell_text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(cell_text(5000), "5000");
  EXPECT_EQ(cell_text(kNaN), "");
  EXPECT_EQ(cell_text(-INFINITY), "-inf");
  for (const double x : {1e300, 2.5e-308, 0.1 + 0.2, -1.0 / 7}) EXPECT_EQ(std::stod(cell_text(x)), x);
}

TEST(TableFormats, AreFoundByTheirWords) {
  for (const auto& format : table_formats()) {
    const auto* found = table_format(format.word).value();
    EXPECT_EQ(found, &format);
    const auto table = found->open();
    table->cell("scenario").cell(0.5).cell(std::uint64_t{7});
    table->end_row();
    EXPECT_GT(table->bytes(), 0u);
    EXPECT_FALSE(table->take().empty());
    EXPECT_EQ(table->bytes(), 0u);
  }
  EXPECT_EQ(table_format("").value()->word, "csv");
  EXPECT_EQ(table_format("xls").error().message,
            "there is no format 'xls' of tables; there are csv, tab, netcdf");
}

TEST(OutcomeTable, IsWrittenInTheFormatAskedFor) {
  OutcomeTable table(*table_format("tab").value());
  add_all(table, a_block());
  EXPECT_EQ(table.take(), "scenario\tfinal\tcrossed\n4\t1.5\t\n5\t2\t7\n");
}

TEST(OutcomeTable, HasARowForEachScenarioAndOneHeading) {
  OutcomeTable table(csv());
  add_all(table, a_block());
  auto next = a_block();
  next.range = {6, 2};
  add_all(table, next);
  EXPECT_EQ(table.take(),
            "scenario,final,crossed\n"
            "4,1.5,\n5,2,7\n"
            "6,1.5,\n7,2,7\n");
}

TEST(SeriesTable, HasARowForEachSavedTimeAndAColumnForEachElement) {
  SeriesTable table(csv());
  add_all(table, a_block());
  EXPECT_EQ(table.take(),
            "scenario,time,Level,Stock[a],Stock[b]\n"
            "4,0,10,1,3\n4,0.5,11,5,7\n"
            "5,0,20,2,4\n5,0.5,21,6,8\n");
}

TEST(SeriesTable, HasOneHeadingInHoweverManyParts) {
  SeriesTable table(csv());
  add_all(table, a_block());
  const auto first = table.take();
  add_all(table, a_block());
  EXPECT_EQ(table.take(), first.substr(first.find('\n') + 1));
}

TEST(ScenarioTable, HasAColumnForEverySettingOfAnyScenario) {
  experiment::Experiment experiment;
  experiment::NamedScenario base, fast;
  base.name = "Baseline";
  base.parameters = {
      {.name = "rate",
       .target = experiment::Target::Parameter,
       .value = experiment::Axis{.spacing = {}, .values = {1, 2}, .first = 0, .last = 0, .count = 0}}};
  fast.name = "High, fast";
  fast.parameters = {{.name = "rate", .target = experiment::Target::Parameter, .value = experiment::Fixed{9}},
                     {.name = "demand",
                      .target = experiment::Target::Parameter,
                      .value = experiment::Series{.points = {{0, 1}}}}};
  experiment.scenarios = {base, fast};
  const auto space = experiment::design::ScenarioSpace::create(experiment).value();
  ScenarioTable table(experiment, csv());
  table.add(space.at(0), {.status = "done", .cause = {}, .worker = "novel-poodle"});
  table.add(space.at(1), {.status = "failed", .cause = "oom", .worker = "novel-poodle"});
  table.add(space.at(2), {});
  EXPECT_EQ(table.take(),
            "scenario,named_scenario,region,point,sample,replication,status,cause,worker,rate,demand\n"
            "0,Baseline,,0,0,0,done,,novel-poodle,1,\n"
            "1,Baseline,,1,0,0,failed,oom,novel-poodle,2,\n"
            "2,\"High, fast\",,0,0,0,pending,,,9,(see experiment)\n");
}

TEST(AcrossRegions, CombinesSavedTimeBySavedTime) {
  const std::vector<std::vector<double>> series{{1, 2, 3}, {4, 0, kNaN}};
  const auto sum = across(experiment::Aggregate::Sum, series);
  EXPECT_EQ(sum[0], 5);
  EXPECT_EQ(sum[1], 2);
  EXPECT_TRUE(std::isnan(sum[2]));
  EXPECT_EQ(across(experiment::Aggregate::Mean, series)[0], 2.5);
  EXPECT_EQ(across(experiment::Aggregate::Min, series)[1], 0);
  EXPECT_EQ(across(experiment::Aggregate::Max, series)[0], 4);
}

TEST(AcrossRegions, StaysWithoutValueOnceARegionHasNone) {
  for (const auto how : {experiment::Aggregate::Sum, experiment::Aggregate::Mean, experiment::Aggregate::Min,
                         experiment::Aggregate::Max}) {
    EXPECT_TRUE(std::isnan(across(how, {{kNaN}, {1}, {2}})[0])) << to_string(how);
    EXPECT_TRUE(std::isnan(across(how, {{1}, {kNaN}, {2}})[0])) << to_string(how);
  }
}

}  // namespace
}  // namespace flowyard::controller::results
