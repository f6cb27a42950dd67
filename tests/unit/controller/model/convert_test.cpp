// A model written as XMILE or as YAML reads back with the same meaning.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "controller/model/simplify/simplify.hpp"
#include "controller/model/vensim/reader.hpp"
#include "controller/model/xmile/read.hpp"
#include "controller/model/xmile/write.hpp"
#include "controller/model/yaml/read.hpp"
#include "controller/model/yaml/write.hpp"
#include "tests/support/conformance_folder.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "tests/support/model_listing.hpp"

namespace flowyard::controller::model {
namespace {

using testing::HasSubstr;

std::string shown(const Errors& errors) {
  std::string all;
  for (const Error& error : errors) all += to_string(error) + "\n";
  return all;
}

template <class T>
T value_of(const Results<T>& result) {
  EXPECT_TRUE(result) << (result ? "" : shown(result.error()));
  return result ? *result : T{};
}

// Everything but the warnings of the reading, and what makes no difference: how a name's words are parted,
// and whether a number is called a constant.
std::string meaning(Model model) {
  model.warnings.clear();
  for (Variable& variable : model.variables) {
    if (variable.kind == VariableKind::Constant) variable.kind = VariableKind::Auxiliary;
  }
  std::string text = test::listing(model);
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

void expect_same_through_xmile(const Model& model) {
  const Model simple = value_of(simplify::simplify(model, Dialect::Xmile));
  const std::string text = value_of(xmile::write(model));
  const Model back = value_of(xmile::read(text, "back.xmile"));
  EXPECT_EQ(meaning(back), meaning(simple)) << text;
}

// YAML says some things differently (a table beside an equation is a lookup): after one way it stays the
// same.
void expect_same_through_yaml(const Model& model) {
  const std::string once = value_of(yaml::write(model));
  const Model back = value_of(yaml::read(once, "back.yaml"));
  EXPECT_EQ(value_of(yaml::write(back)), once);
  EXPECT_GE(back.variables.size(), model.variables.size());
}

const char* const rich =
    "<xmile><header><name>Rich &amp; odd</name></header>"
    "<sim_specs method=\"rk4\" isee:save_interval=\"2\" time_units=\"day\"><start>-1</start><stop>10</stop>"
    "<dt reciprocal=\"true\">4</dt></sim_specs>"
    "<dimensions><dim name=\"Region\"><elem name=\"North East\"/><elem name=\"South\"/></dim>"
    "<dim name=\"Age\" size=\"2\"/></dimensions>"
    "<model><doc>What it is</doc><variables>"
    "<stock name=\"level of water\"><eqn>5</eqn><inflow>\"in "
    "flow\"</inflow><outflow>out</outflow><non_negative/></stock>"
    "<flow name=\"in flow\"><eqn>IF TIME &gt; 3 and NOT (mod2 = 1) THEN -2^2 ELSE 1 - (2 - 3)</eqn></flow>"
    "<flow name=\"out\"><eqn>MAX(0, \"level of water\") // 10</eqn><units>l/day</units><doc>\"Quoted\" &lt; "
    "text</doc></flow>"
    "<aux name=\"mod2\"><eqn>INT(TIME) mod 2 + (-3)^2 + 2^-1</eqn><range min=\"0\" max=\"9\"/></aux>"
    "<aux name=\"and\"><eqn>PI + 1e-7</eqn></aux>"
    "<aux name=\"effect\"><eqn>TIME / 10</eqn><gf type=\"extrapolate\"><xscale min=\"0\" "
    "max=\"2\"/><ypts>1,2,4</ypts></gf></aux>"
    "<gf name=\"curve\"><xpts>0,1</xpts><ypts>2,3</ypts></gf>"
    "<aux name=\"use\"><eqn>curve(effect(2)) + PULSE(3, 1) + PREVIOUS(SELF, "
    "0)</eqn><init_eqn>2</init_eqn></aux>"
    "<aux name=\"grid\"><dimensions><dim name=\"Region\"/><dim name=\"Age\"/></dimensions><eqn>Region * "
    "Age</eqn></aux>"
    "<aux name=\"each\"><dimensions><dim name=\"Region\"/></dimensions><eqn>SUM(grid[Region, *])</eqn>"
    "<element subscript=\"South\"><eqn>grid[\"North East\", 2] + SUM(grid[*:Region, "
    "1:2])</eqn></element></aux>"
    "</variables></model></xmile>";

TEST(Convert, KeepsXmile) {
  expect_same_through_xmile(value_of(xmile::read(rich, "rich.xmile")));
}

TEST(Convert, KeepsConveyorsQueuesMacrosAndModules) {
  expect_same_through_xmile(value_of(xmile::read(
      "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs>"
      "<macro name=\"lag\"><parm>input</parm><parm default=\"1 + 1\">delay</parm><eqn>s / delay</eqn>"
      "<stock name=\"s\"><eqn>input</eqn><inflow>f</inflow></stock><flow name=\"f\"><eqn>input - "
      "s</eqn></flow></macro>"
      "<model><module name=\"pond\"><connect to=\"rain\" from=\".rain\"/></module>"
      "<aux name=\"rain\"><eqn>lag(2) + pond.rain</eqn></aux>"
      "<stock name=\"belt\"><eqn>9</eqn><inflow>in</inflow><outflow>out</outflow><outflow>loss</outflow>"
      "<conveyor exponential_leak=\"true\"><len>4</len><capacity>rain</capacity></conveyor></stock>"
      "<flow name=\"in\"><eqn>1</eqn></flow><flow name=\"out\"/>"
      "<flow name=\"loss\" leak_end=\"0.5\"><leak>0.1</leak><leak_integers/></flow>"
      "<stock name=\"line\"><eqn>0</eqn><outflow>spill</outflow><queue/></stock>"
      "<flow name=\"spill\"><eqn>1</eqn><overflow/></flow></model>"
      "<model name=\"pond\"><aux name=\"rain\"/><aux name=\"x\"><eqn>rain</eqn></aux></model></xmile>",
      "m.xmile")));
}

TEST(Convert, WritesXmileAsYaml) {
  expect_same_through_yaml(value_of(xmile::read(rich, "rich.xmile")));
}

TEST(Convert, WritesYamlForPeople) {
  const Model model =
      value_of(yaml::read("name: Logistic\ntime: {start: 0, stop: 100, step: 0.125, save_every: 1}\n"
                          "constants: {growth rate: 0.03, capacity: {value: 10000, units: people}}\n"
                          "stocks: {Population: {initial: 100, inflows: [growth]}}\n"
                          "flows: {growth: growth_rate * Population * (1 - Population / capacity)}\n"
                          "lookups: {effect: {points: [[0, 1], [2, 0]], mode: extrapolate}}\n",
                          "m.yaml"));
  EXPECT_EQ(
      value_of(yaml::write(model)),
      "name: \"Logistic\"\n"
      "time:\n  start: 0\n  stop: 100\n  step: 0.125\n  save_every: 1\n  method: euler\n"
      "constants:\n  growth_rate:\n    value: 0.03\n  capacity:\n    value: 10000\n    units: \"people\"\n"
      "stocks:\n  Population:\n    initial: 100\n    inflows: [\"growth\"]\n    outflows: []\n"
      "flows:\n  growth:\n    value: growth_rate * Population * (1 - Population / capacity)\n"
      "lookups:\n  effect:\n    points: [[0, 1], [2, 0]]\n    mode: extrapolate\n");
  expect_same_through_yaml(model);
  expect_same_through_xmile(model);
}

// Vensim's ways with arrays, as its reader leaves them in the Model.
Model vensim_model() {
  Model model;
  model.dialect = Dialect::Vensim;
  model.time = {.start = number(0),
                .stop = reference("FINAL TIME"),
                .step = number(1),
                .save_every = reference("TIME STEP")};
  Dimension a{.name = "DimA", .members = {"A1", "A2", "A3"}};
  a.mappings.push_back({.to = "DimB", .targets = {"B3", "B2", "B1"}});
  model.dimensions = {a, Dimension{.name = "DimB", .members = {"B1", "B2", "B3"}},
                      Dimension{.name = "SubA", .members = {"A2", "A3"}},
                      Dimension{.name = "Same", .alias_of = "DimA"}};
  const auto add = [&](const char* name, VariableKind kind, std::vector<Equation> equations) {
    model.variables.push_back({.name = name, .kind = kind, .equations = std::move(equations)});
  };
  const auto left = [](const char* name, Expression value) {
    Equation made;
    made.subscripts.push_back(subscript(name));
    made.expression = std::move(value);
    return made;
  };
  add("FINAL TIME", VariableKind::Constant, {Equation{.expression = number(9)}});
  add("TIME STEP", VariableKind::Constant, {Equation{.expression = number(0.5)}});
  add("x", VariableKind::Constant, {left("DimB", array_literal({number(1), number(2), number(3)}, 3))});
  add("y", VariableKind::Auxiliary, {left("DimA", reference("x", {subscript("DimB")}))});
  Equation most = left("DimA", number(7));
  most.except = {{subscript("SubA")}};
  add("z", VariableKind::Auxiliary,
      {most, left("A2", number(8)), left("A3", call("PULSE", {number(1), number(2)}))});
  Equation stock;
  stock.subscripts.push_back(subscript("Same"));
  stock.expression = with_lookup(reference("y", {subscript("Same")}), {.points = {{0, 0}, {1, 1}}});
  stock.initial = reference("Same");
  add("s", VariableKind::Stock, {stock});
  return model;
}

TEST(Convert, MakesVensimArraysPlain) {
  const Model simple = value_of(simplify::simplify(vensim_model(), Dialect::Xmile));
  const std::string text = test::listing(simple);
  EXPECT_THAT(text, HasSubstr("time 0 to 9 by 1 saved 0.5"));
  EXPECT_THAT(text, HasSubstr("dimension `Same`: `A1`, `A2`, `A3`\n"));
  EXPECT_THAT(text, HasSubstr("constant `x`[`DimB`]\n    equation[`B1`] = 1\n    equation[`B2`] = 2\n"));
  EXPECT_THAT(text, HasSubstr("equation[`A1`] = `x`[`B3`]\n    equation[`A2`] = `x`[`B2`]\n"));
  EXPECT_THAT(text, HasSubstr("aux `z`[`DimA`]\n    equation[`A1`] = 7\n    equation[`A2`] = 8\n"
                              "    equation[`A3`] = if_then_else("));
  EXPECT_THAT(text, HasSubstr("inflows: `s net flow`"));
  EXPECT_THAT(text, HasSubstr("flow `s net flow`[`Same`]\n    equation = s_table(`y`[`Same`])"));
}

TEST(Convert, KeepsVensimThroughXmileAndYaml) {
  const Model back = value_of(xmile::read(value_of(xmile::write(vensim_model())), "back.xmile"));
  EXPECT_EQ(back.variables.size(), 8U);
  expect_same_through_yaml(vensim_model());
}

TEST(Convert, QuotesNamesThatHoldMoreThanLetters) {
  const Model model = value_of(
      vensim::read("rate% = 3 ~~|\nR&D budget = rate% * 2 ~~|\nprofit & loss = INTEG(R&D budget, rate%) ~~|\n"
                   "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n",
                   "m.mdl"));
  EXPECT_THAT(value_of(xmile::write(model)), HasSubstr("&quot;rate%&quot; * 2"));
  EXPECT_THAT(value_of(yaml::write(model)), HasSubstr("\"\\\"rate%\\\" * 2\""));
  expect_same_through_xmile(model);
  expect_same_through_yaml(model);
}

TEST(Convert, RefusesWhatItCannotSay) {
  Model model = vensim_model();
  model.files = {"m.mdl"};
  model.time.step = call("MAX", {number(1), number(2)}, {.file = 0, .line = 3, .column = 7});
  Variable data{.name = "d",
                .kind = VariableKind::Data,
                .equations = {Equation{}},
                .location = {.file = 0, .line = 9, .column = 1}};
  model.variables.push_back(data);
  const auto text = xmile::write(model);
  ASSERT_FALSE(text);
  EXPECT_EQ(test::places_and_codes(text.error()), "m.mdl:3:7 unsupported\nm.mdl:9:1 unsupported\n");
}

TEST(Convert, KeepsEveryXmileConformanceCase) {
  const auto folder = test::conformance_folder(FLOWYARD_SOURCE_DIR);
  if (folder.empty()) GTEST_SKIP() << "there is no folder of conformance cases; set FLOWYARD_CONFORMANCE";
  std::ifstream table(folder / "cases.tsv");
  for (std::string line; std::getline(table, line);) {
    const std::string file = line.substr(0, line.find('\t'));
    if (!file.ends_with(".xmile") && !file.ends_with(".stmx")) continue;
    SCOPED_TRACE(file);
    std::ifstream in(folder / file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const Model model = value_of(xmile::read(bytes, file));
    expect_same_through_xmile(model);
    expect_same_through_yaml(model);
  }
}

// A Vensim model is written so that it reads back, or is refused for a reason that XMILE has, never for
// syntax.
TEST(Convert, WritesEveryVensimConformanceCaseOrSaysWhyNot) {
  const auto folder = test::conformance_folder(FLOWYARD_SOURCE_DIR);
  if (folder.empty()) GTEST_SKIP() << "there is no folder of conformance cases; set FLOWYARD_CONFORMANCE";
  std::ifstream table(folder / "cases.tsv");
  int written = 0;
  int refused = 0;
  for (std::string line; std::getline(table, line);) {
    const std::string file = line.substr(0, line.find('\t'));
    if (!file.ends_with(".mdl")) continue;
    SCOPED_TRACE(file);
    std::ifstream in(folder / file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const Model model = value_of(vensim::read(bytes, file));
    const auto text = xmile::write(model);
    ++(text ? written : refused);
    if (!text) {
      EXPECT_THAT(shown(text.error()),
                  testing::AnyOf(HasSubstr("cannot be written"), HasSubstr("is computed")));
      continue;
    }
    const auto back = xmile::read(*text, "back.xmile");
    EXPECT_TRUE(back) << shown(back.error());
    const auto form = yaml::write(model);
    if (!form) continue;
    const auto again = yaml::read(*form, "back.yaml");
    EXPECT_TRUE(again) << shown(again.error());
  }
  EXPECT_GT(written, 4 * refused);
}

}  // namespace
}  // namespace flowyard::controller::model
