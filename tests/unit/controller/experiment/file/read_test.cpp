#include "controller/experiment/file/read.hpp"

#include <gmock/gmock.h>

namespace flowyard::controller::experiment::file {
namespace {

constexpr const char* kLogistic = R"(
time: {start: 0, stop: 100, step: 0.5, method: rk4}
constants: {Growth Rate: 0.03, capacity: 10000}
stocks: {Population: {initial: 100, net: Growth Rate * Population * (1 - Population / capacity)}}
)";

experiment::Bundle bundle_of(std::string text) {
  return {"x.yaml", std::move(text), {{"logistic.yaml", kLogistic}}};
}

LoadedExperiment reading_of(std::string text) {
  auto outcome = read(bundle_of(std::move(text)));
  if (!outcome) throw std::runtime_error(to_string(outcome.error().front()));
  return std::get<LoadedExperiment>(std::move(*outcome));
}

std::vector<std::string> errors_of(std::string text) {
  const auto outcome = read(bundle_of(std::move(text)));
  std::vector<std::string> lines;
  if (!outcome)
    for (const auto& error : outcome.error()) lines.push_back(to_string(error));
  return lines;
}

TEST(ReadExperiment, AsksForFilesThatTheBundleLacks) {
  const auto outcome = read(experiment::Bundle{"x.yaml",
                                               "name: x\nmodel: ./models/a.yaml\nscenarios:\n"
                                               "  - {name: s, model: models/../models/a.yaml}\n"
                                               "  - {name: t, model: b.yaml}\n",
                                               {}});
  ASSERT_TRUE(outcome.has_value());
  const auto& missing = std::get<MissingFiles>(*outcome);
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].path, "models/a.yaml");
  EXPECT_EQ(to_string(missing[0].location), "x.yaml:4:22");
  EXPECT_EQ(missing[1].path, "b.yaml");
}

TEST(ReadExperiment, TellsTheUnitsOfWhatIsAStatisticOfOneVariable) {
  const auto reading = reading_of(R"yaml(name: x
model:
  time: {start: 0, stop: 10, step: 1, units: year}
  dimensions: {side: [left, right]}
  constants: {rate: {value: 3, units: litre/year}}
  stocks: {Level: {initial: 0, net: rate, units: litre}}
outputs:
  outcomes: {end: last(Level), peak: max(Level), of_two: "max(last(Level), last(rate))", at: "value_at(Level, 5)",
             when: first_time(Level > 2), twice: 2 * last(Level), share: fraction(Level > 2)}
)yaml");
  const auto& annotations = reading.annotations;
  EXPECT_EQ(annotations.time_units, "year");
  EXPECT_EQ(annotations.units.at("level"), "litre");
  EXPECT_THAT(annotations.outcome_units, testing::ElementsAre("litre", "litre", "", "litre", "year", "", ""));
  ASSERT_EQ(annotations.dimensions.size(), 1u);
  EXPECT_EQ(annotations.dimensions.front().first, "side");
}

TEST(ReadExperiment, TellsTimesOfAModelThatMakeNoRun) {
  const auto lines = [](const std::string& rest) {
    experiment::Bundle bundle{"x.yaml", "name: x\nmodel: m.yaml\n" + rest, {}};
    bundle.files.push_back({"m.yaml",
                            "time: {start: 0, stop: last, step: 0}\nconstants: {last: -1, a: 1}\n"
                            "stocks: {S: {initial: 0, net: a}}\n"});
    const auto outcome = read(bundle);
    std::string all;
    if (!outcome)
      for (const auto& error : outcome.error()) all += to_string(error) + "\n";
    return all;
  };
  EXPECT_EQ(lines("scenarios: [{name: s, parameters: {a: 2}}]\n"),
            "m.yaml:1:24: the stop time -1 is before the start time 0\n"
            "m.yaml:1:36: the time step must be greater than 0, not 0\n");
  EXPECT_EQ(lines("time: {stop: 5, step: 1}\nscenarios: [{name: s, parameters: {a: 2}}]\n"), "");
  EXPECT_EQ(lines("scenarios: [{name: s, parameters: {last: 2}}]\n"), "");
}

constexpr const char* kSales = R"({UTF-8}
orders ~~|
Region: GET DIRECT SUBSCRIPT('regions.csv', ',', 'A1', 'A2', '') ~~|
share[Region] = GET DIRECT CONSTANTS('regions.csv', ',', 'B1*') ~~|
Backlog[Region] = INTEG(orders * share[Region], 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
)";

experiment::Bundle sales_bundle(const std::string& text, const std::vector<experiment::BundleFile>& files) {
  experiment::Bundle bundle{"x.yaml", "name: x\nmodel: models/sales.mdl\n" + text, files};
  bundle.files.push_back({"models/sales.mdl", kSales});
  return bundle;
}

const experiment::BundleFile regions{"models/regions.csv", "north,0.25\nsouth,0.75\n"};
const experiment::BundleFile orders{"orders.csv", "time,orders\n0,10\n4,30\n"};

TEST(ReadExperimentWithFiles, AsksForWhatAModelReadsAtThePlaceWhereItDoes) {
  const auto outcome = read(sales_bundle("data: orders.csv\n", {orders}));
  ASSERT_TRUE(outcome.has_value());
  const auto& missing = std::get<MissingFiles>(*outcome);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].path, "models/regions.csv");
  EXPECT_EQ(to_string(missing[0].location), "models/sales.mdl:3:1");
}

TEST(ReadExperimentWithFiles, AsksForItsDataOnce) {
  const auto outcome = read(sales_bundle(
      "data: [./orders.csv]\nscenarios:\n  - {name: a}\n  - {name: b, data: [orders.csv, more.csv]}\n", {}));
  ASSERT_TRUE(outcome.has_value());
  const auto& missing = std::get<MissingFiles>(*outcome);
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].path, "orders.csv");
  EXPECT_EQ(to_string(missing[0].location), "x.yaml:3:8");
  EXPECT_EQ(missing[1].path, "more.csv");
}

TEST(ReadExperimentWithFiles, PutsTheNumbersIntoTheProgram) {
  const auto outcome = read(sales_bundle("data: orders.csv\n", {orders, regions}));
  ASSERT_TRUE(outcome.has_value()) << to_string(outcome.error().front());
  const auto& reading = std::get<LoadedExperiment>(*outcome);
  ASSERT_EQ(reading.programs.size(), 1u);
  ASSERT_EQ(reading.programs[0]->stocks.size(), 2u);
  EXPECT_EQ(reading.programs[0]->stocks[1].element, "south");
  EXPECT_EQ(worker::engine::find_parameter(*reading.programs[0], "share")->defaults[1], 0.75);
}

TEST(ReadExperimentWithFiles, GivesAScenarioWithItsOwnDataAProgramOfItsOwn) {
  const auto outcome = read(sales_bundle(
      "data: orders.csv\nscenarios:\n  - {name: a}\n  - {name: b, data: high.csv}\n  - {name: c}\n",
      {orders, regions, {"high.csv", "time,0,4\norders,100,300\n"}}));
  ASSERT_TRUE(outcome.has_value()) << to_string(outcome.error().front());
  const auto& reading = std::get<LoadedExperiment>(*outcome);
  EXPECT_EQ(reading.programs.size(), 2u);
  EXPECT_EQ(reading.experiment.scenarios[1].program, 1u);
  EXPECT_EQ(reading.experiment.scenarios[2].program, 0u);
}

TEST(ReadExperimentWithFiles, TellsWhatIsWrongWithThem) {
  const auto errors = [](const std::string& text, const std::vector<experiment::BundleFile>& files) {
    const auto outcome = read(sales_bundle(text, files));
    std::vector<std::string> lines;
    if (!outcome)
      for (const auto& error : outcome.error()) lines.push_back(to_string(error));
    return lines;
  };
  EXPECT_THAT(
      errors("data: orders.csv\n", {regions, {"orders.csv", "time,order\n0,1\n"}}),
      testing::ElementsAre("x.yaml:3:7: no column here is one of the model's data variables (orders)"));
  EXPECT_THAT(errors("data: orders.csv\n", {regions, {"orders.csv", "time,orders\n0,ten\n"}}),
              testing::ElementsAre("orders.csv:2:2: 'ten' is not a number"));
  EXPECT_THAT(errors("data: orders.csv\n", {orders, {"models/regions.csv", "\n"}}),
              testing::Contains(testing::StartsWith("models/sales.mdl:3:1: there are no names")));
  EXPECT_THAT(errors("dta: orders.csv\n", {regions}),
              testing::Contains(testing::HasSubstr("did you mean 'data'?")));
  EXPECT_THAT(
      errors("data: orders.csv\nparameters: {orders: 3}\n", {orders, regions}),
      testing::ElementsAre("x.yaml:4:14: 'orders' is fed with data: give it with a file under 'data:'"));
  EXPECT_THAT(errors("data: {a: 1}\n", {regions}), testing::Contains(testing::HasSubstr("'data'")));
}

constexpr const char* kBasins = R"(
time: {start: 0, stop: 10, step: 1}
dimensions: {side: [left, right]}
constants:
  share[side]: [1, 2]
stocks:
  Water[side]: {initial: 0, net: 'share[side]'}
  Level: {initial: 5, net: 1}
)";

Results<LoadOutcome> read_basins(const std::string& text, const std::string& earlier = "") {
  experiment::Bundle bundle{"x.yaml", "name: x\nmodel: basins.yaml\n" + text, {{"basins.yaml", kBasins}}};
  if (!earlier.empty()) bundle.files.push_back({"earlier.csv", earlier});
  return read(bundle);
}

std::vector<std::string> errors_in(const Results<LoadOutcome>& outcome) {
  std::vector<std::string> lines;
  if (!outcome)
    for (const auto& error : outcome.error()) lines.push_back(to_string(error));
  return lines;
}

TEST(ReadExperiment, SetsElementsOfArraysInEveryForm) {
  const auto outcome = read_basins(
      "parameters:\n  Share[ RIGHT ]: {uniform: [0, 1]}\n  share: 3\n  share[left]: [1, 2]\n"
      "initial: {'water[left]': 4}\ndesign: {samples: 2}\n"
      "scenarios:\n  - {name: a}\n  - {name: b, parameters: {share: 9}}\n");
  ASSERT_TRUE(outcome.has_value()) << errors_in(outcome).front();
  const auto& scenarios = std::get<LoadedExperiment>(*outcome).experiment.scenarios;
  std::vector<std::string> names;
  for (const auto& parameter : scenarios[0].parameters) names.push_back(parameter.name);
  EXPECT_THAT(names, testing::ElementsAre("share", "share[RIGHT]", "share[left]", "Water[left]"));
  // A scenario that sets the whole sets its elements, too.
  ASSERT_EQ(scenarios[1].parameters.size(), 2u);
  EXPECT_EQ(scenarios[1].parameters[0].name, "share");
}

TEST(ReadExperiment, TellsWhichElementThereIs) {
  EXPECT_THAT(
      errors_in(read_basins("parameters:\n  share[lefft]: 1\n  Level[a]: 1\ninitial:\n  Water[up]: 1\n")),
      testing::ElementsAre(
          "x.yaml:4:3: 'share' has no element 'lefft', did you mean 'left'?",
          "x.yaml:5:3: 'Level[a]' is a stock, not a parameter: set its value at the start under 'initial:'",
          testing::StartsWith("x.yaml:7:3: 'Water' has no element 'up'")));
}

TEST(ReadExperiment, KeepsSeriesAtTheTimesWanted) {
  const auto outcome = read_basins("outputs: {times: [5, 0, 10, 5]}\n");
  ASSERT_TRUE(outcome.has_value()) << errors_in(outcome).front();
  const auto& outputs = std::get<LoadedExperiment>(*outcome).experiment.outputs;
  EXPECT_THAT(outputs.times, testing::ElementsAre(0, 5, 10));
  EXPECT_THAT(outputs.series, testing::ElementsAre("Water", "Level"));
  EXPECT_THAT(errors_in(read_basins("outputs: {times: [0.5]}\n")),
              testing::ElementsAre("x.yaml:3:18: no run saves time 0.5: from 0 to 10 each 1 is saved (time: "
                                   "{save_every: ...} sets it)"));
  EXPECT_TRUE(read_basins("outputs: {times: [0.5]}\ntime: {step: 0.25, save_every: 0.5}\n").has_value());
  EXPECT_THAT(errors_in(read_basins("outputs: {times: [11]}\n")), testing::SizeIs(1));
}

TEST(ReadExperiment, StartsWhereAnEarlierResultEnds) {
  const std::string earlier = "time,Water[left],water[right],Level\n0,0,0,5\n6,60,70,8\n";
  const auto outcome = read_basins("initial_from: ./earlier.csv\ninitial: {Level: 1}\n", earlier);
  ASSERT_TRUE(outcome.has_value()) << errors_in(outcome).front();
  const auto& scenario = std::get<LoadedExperiment>(*outcome).experiment.scenarios[0];
  EXPECT_EQ(scenario.time.start, 6);
  ASSERT_EQ(scenario.parameters.size(), 2u);
  EXPECT_EQ(scenario.parameters[0].name, "Water");
  EXPECT_EQ(std::get<experiment::Array>(scenario.parameters[0].value).values, (std::vector<double>{60, 70}));
  EXPECT_EQ(scenario.parameters[1].value, experiment::ParameterValue(experiment::Fixed{1}));
  const auto lacking = read_basins("initial_from: earlier.csv\n", "time,Level\n0,5\n");
  EXPECT_THAT(errors_in(lacking),
              testing::Contains("earlier.csv:1: there is no column for the stock 'Water[left]'"));
  const auto missing = read_basins("initial_from: earlier.csv\n");
  ASSERT_TRUE(missing.has_value());
  EXPECT_EQ(to_string(std::get<MissingFiles>(*missing).at(0).location), "x.yaml:3:15");
}

TEST(ReadExperiment, GivesAnExperimentWithoutScenariosOneOfItsOwnName) {
  const auto reading = reading_of("name: alone\nmodel: logistic.yaml\n");
  ASSERT_EQ(reading.experiment.scenarios.size(), 1u);
  EXPECT_EQ(reading.experiment.scenarios[0].name, "alone");
  EXPECT_EQ(reading.programs.size(), 1u);
}

TEST(ReadExperiment, DefaultsToAllStocksAndTheirLastValues) {
  const auto reading = reading_of("name: x\nmodel: logistic.yaml\n");
  EXPECT_THAT(reading.experiment.outputs.series, testing::ElementsAre("Population"));
  ASSERT_EQ(reading.experiment.outputs.outcomes.size(), 1u);
  EXPECT_EQ(reading.experiment.outputs.outcomes[0].name, "Population");
  ASSERT_EQ(reading.programs[0]->outcomes.size(), 1u);
}

TEST(ReadExperiment, LaysOverridesOverTheExperimentInTheModelsSpelling) {
  const auto reading = reading_of(
      "name: x\nmodel: logistic.yaml\n"
      "parameters: {growth_rate: [0.01, 0.02], capacity: 5}\n"
      "time: {stop: 50}\nworkers: {memory: 32MiB, cpus: 2}\n"
      "scenarios:\n"
      "  - {name: a}\n"
      "  - {name: b, title: B, parameters: {GROWTH_RATE: 0.5}, initial: {population: 7}, time: {step: 0.25},"
      " workers: {memory: 1GiB}}\n");
  const auto& a = reading.experiment.scenarios[0];
  const auto& b = reading.experiment.scenarios[1];
  ASSERT_EQ(a.parameters.size(), 2u);
  EXPECT_EQ(a.parameters[0].name, "Growth Rate");
  EXPECT_TRUE(std::holds_alternative<experiment::Axis>(a.parameters[0].value));
  EXPECT_EQ(a.title, "a");
  EXPECT_EQ(b.title, "B");
  ASSERT_EQ(b.parameters.size(), 3u);
  EXPECT_EQ(std::get<experiment::Fixed>(b.parameters[0].value).value, 0.5);
  EXPECT_EQ(b.parameters[2].name, "Population");
  EXPECT_EQ(b.parameters[2].target, experiment::Target::InitialValue);
  EXPECT_THAT(b.overridden, testing::ElementsAre("Growth Rate", "Population"));
  EXPECT_EQ(b.time.stop, 50);
  EXPECT_EQ(b.time.step, 0.25);
  EXPECT_EQ(b.resources.memory, std::uint64_t{1} << 30);
  EXPECT_EQ(b.resources.cpus, 2);
}

TEST(ReadExperiment, CompilesEachModelOnce) {
  auto bundle = bundle_of(
      "name: x\nmodel: logistic.yaml\nscenarios:\n"
      "  - {name: a}\n  - {name: b, model: other.yml}\n  - {name: c, model: ./logistic.yaml}\n");
  bundle.files.push_back({"other.yml", kLogistic});
  const auto outcome = read(bundle);
  const auto& reading = std::get<LoadedExperiment>(outcome.value());
  EXPECT_EQ(reading.programs.size(), 2u);
  EXPECT_EQ(reading.experiment.scenarios[0].program, 0u);
  EXPECT_EQ(reading.experiment.scenarios[1].program, 1u);
  EXPECT_EQ(reading.experiment.scenarios[2].program, 0u);
}

TEST(ReadExperiment, ReadsVensimAndXmileModelsByTheirNames) {
  const std::string vensim =
      "{UTF-8}\nrate = 0.1 ~~|\nLevel = INTEG(rate * Level, 5) ~~|\n"
      "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n";
  const std::string xmile =
      "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header/>"
      "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs><model><variables>"
      "<aux name=\"rate\"><eqn>0.1</eqn></aux>"
      "<stock name=\"Level\"><eqn>5</eqn><inflow>growth</inflow></stock>"
      "<flow name=\"growth\"><eqn>rate * Level</eqn></flow></variables></model></xmile>";
  for (const auto& [path, text] :
       {std::pair("m.mdl", vensim), std::pair("M.XMILE", xmile), std::pair("m.stmx", xmile)}) {
    const auto outcome =
        read(experiment::Bundle{"x.yaml",
                                "name: x\nmodel: " + std::string(path) + "\nparameters: {rate: [0.1, 0.2]}\n",
                                {{path, text}}});
    ASSERT_TRUE(outcome.has_value()) << path << ": " << to_string(outcome.error().front());
    EXPECT_THAT(std::get<LoadedExperiment>(*outcome).experiment.outputs.series, testing::ElementsAre("Level"))
        << path;
  }
}

TEST(ReadExperiment, KeepsTheQuantitiesOfItsSettings) {
  const auto e = reading_of(
                     "name: x\nmodel: logistic.yaml\n"
                     "timeout: {scenario: 1m30s, start: 500ms, experiment: 2h}\n"
                     "retry: {attempts: 5, backoff: {initial: 0s}, when: [oom]}\n"
                     "failures: {max: 2.5%}\nkeep: {workers: always, ttl: 1d}\n"
                     "workers: {count: 7, batch: 20, isolation: fresh, storage: shared, network: shared}\n")
                     .experiment;
  EXPECT_EQ(e.timeout.scenario, std::chrono::seconds(90));
  EXPECT_EQ(e.timeout.start, std::chrono::milliseconds(500));
  EXPECT_EQ(e.timeout.experiment, std::chrono::hours(2));
  EXPECT_EQ(e.retry.attempts, 5u);
  EXPECT_THAT(e.retry.when, testing::ElementsAre(experiment::RetryCause::Oom));
  EXPECT_EQ(std::get<experiment::FailureFraction>(e.failures.max).value, 0.025);
  EXPECT_EQ(e.keep.workers, experiment::KeepWorkers::Always);
  EXPECT_EQ(e.keep.ttl, std::chrono::hours(24));
  EXPECT_EQ(e.workers.count, 7u);
  EXPECT_EQ(e.workers.batch, 20u);
  EXPECT_EQ(e.workers.isolation, experiment::Isolation::Fresh);
  EXPECT_EQ(e.workers.storage, experiment::Storage::Shared);
  EXPECT_EQ(e.workers.network, experiment::Network::Shared);
}

TEST(ReadExperiment, RangesIncludeTheirLastValueWhenTheStepsMeetIt) {
  const auto e =
      reading_of("name: x\nmodel: logistic.yaml\nparameters: {growth_rate: {range: [0.1, 0.7, 0.1]}}\n")
          .experiment;
  const auto& axis = std::get<experiment::Axis>(e.parameters[0].value);
  ASSERT_EQ(axis.size(), 7u);
  EXPECT_DOUBLE_EQ(axis.at(6), 0.7);
}

TEST(ReadExperiment, SavesTheSeriesThatItSumsAcrossRegions) {
  const auto e = reading_of(
                     "name: x\nmodel: logistic.yaml\nregions: {north: {growth_rate: 0.02}, south: }\n"
                     "outputs: {across_regions: {world: sum( population )}}\n")
                     .experiment;
  EXPECT_THAT(e.outputs.series, testing::ElementsAre("Population"));
  ASSERT_EQ(e.outputs.across_regions.size(), 1u);
  EXPECT_EQ(e.outputs.across_regions[0].series, "Population");
  EXPECT_EQ(e.regions.size(), 2u);
}

TEST(ReadExperiment, NamesEveryMistakeWithItsPlaceAndWhatWasMeant) {
  EXPECT_THAT(
      errors_of("name: x\nmodel: logistic.yaml\nparamters: {}\nparameters: {growth_rat: 1, Population: 3}\n"
                "workers: {memory: 5MiB}\n"),
      testing::ElementsAre(
          "x.yaml:3:1: unknown key 'paramters' in the experiment, did you mean 'parameters'?",
          testing::StartsWith(
              "x.yaml:4:14: the model has no parameter 'growth_rat', did you mean 'Growth Rate'?"),
          "x.yaml:4:29: 'Population' is a stock, not a parameter: set its value at the start under "
          "'initial:'",
          testing::StartsWith("x.yaml:5:19: 'memory' must be at least 6MiB")));
}

TEST(ReadExperiment, SurvivesAnyPrefixOfAFile) {
  const std::string text =
      "name: x\nmodel: logistic.yaml\nparameters: {growth_rate: {normal: [0.1, 0.2], min: 0}}\n"
      "scenarios: [{name: a, parameters: {capacity: &c [1, 2]}}, {name: b, initial: {Population: *c}}]\n"
      "design: {samples: 3}\noutputs: {outcomes: {final: \"last(Population)\"}}\n";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto outcome = read(bundle_of(text.substr(0, length)));
    EXPECT_TRUE(outcome.has_value() || !outcome.error().empty()) << length;
  }
  EXPECT_THAT(errors_of(text), testing::IsEmpty());
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
