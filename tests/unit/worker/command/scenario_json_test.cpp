#include "worker/command/scenario_json.hpp"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flowyard::worker::command {
namespace {

protocol::LeaseGrant grant() {
  protocol::LeaseGrant grant;
  grant.seed = 42;
  grant.first = 10;
  grant.count = 2;
  grant.draws = {3, 4};
  grant.model = "m.mdl";
  grant.parameters = {{.name = "rate", .elements = 1, .shared = false, .values = {0.1, 0.2}},
                      {.name = "by_element", .elements = 2, .shared = false, .values = {1, 2, 3, 4}}};
  grant.series_parameters = {{.name = "demand", .times = {0, 5}, .values = {{1, 2}}}};
  grant.initial = {{.name = "stock", .elements = 1, .shared = true, .values = {100}}};
  grant.time.stop = 20;
  grant.outputs = {"stock"};
  grant.outcomes = {{.name = "final", .expression = "last(stock)"}};
  grant.runner =
      protocol::ProgramRun{.command = {"x"},
                           .env = {},
                           .inputs = {{.name = "rate", .values = {9}}, {.name = "other", .values = {8}}},
                           .scenario = "Base",
                           .region = "north"};
  return grant;
}

TEST(ScenarioJson, SaysAllOfOneScenario) {
  const std::string text = scenario_json(grant(), 1, {"stock", "flow"}, {0, 10, 20});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["index"], 11);
  EXPECT_EQ(json["id"], 11);
  EXPECT_EQ(json["name"], "Base");
  EXPECT_EQ(json["region"], "north");
  EXPECT_EQ(json["draw"], 4);
  EXPECT_EQ(json["model"], "m.mdl");
  EXPECT_EQ(json["parameters"]["rate"], 0.2);
  EXPECT_EQ(json["parameters"]["by_element"], nlohmann::json({2, 4}));
  EXPECT_EQ(json["parameters"]["other"], 8) << "what the experiment leaves has the default";
  EXPECT_EQ(json["parameters"]["demand"]["values"], nlohmann::json({1, 2}));
  EXPECT_EQ(json["initial"]["stock"], 100);
  EXPECT_EQ(json["time"]["stop"], 20);
  EXPECT_TRUE(json["time"]["start"].is_null());
  EXPECT_EQ(json["time"]["saved"], nlohmann::json({0, 10, 20}));
  EXPECT_EQ(json["series"], nlohmann::json({"stock", "flow"}));
  EXPECT_EQ(json["outcomes"], nlohmann::json({"final"}));
}

TEST(ScenarioJson, HasASeedThatEveryLanguageTakes) {
  const auto json = nlohmann::json::parse(scenario_json(grant(), 0, {}, {}));
  EXPECT_EQ(json["seed"], small_seed_of(42, 3));
  EXPECT_EQ(json["seed64"], std::to_string(seed_of(42, 3)));
  EXPECT_LE(small_seed_of(42, 3), 0x7FFFFFFFu);
}

TEST(ScenarioJson, SeedsDependOnTheDrawAndTheSeedAlone) {
  std::set<std::uint32_t> seeds;
  for (std::uint64_t draw = 0; draw < 1000; ++draw) {
    seeds.insert(small_seed_of(1, draw << 24));
    seeds.insert(small_seed_of(2, draw << 24));
  }
  EXPECT_EQ(seeds.size(), 2000u);
  // So that an experiment of today can be repeated: the values are part of what is documented.
  EXPECT_EQ(seed_of(1, 0), 10451216379200822465u);
}

}  // namespace
}  // namespace flowyard::worker::command
