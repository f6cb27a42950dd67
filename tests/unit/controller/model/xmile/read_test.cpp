#include <gmock/gmock.h>

#include "tests/unit/controller/model/xmile/reading.hpp"

namespace flowyard::controller::model::xmile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string with_header(const std::string& header, const std::string& specs) {
  return "<xmile>" + header + specs + "<model><aux name=\"a\"><eqn>1</eqn></aux></model></xmile>";
}

TEST(XmileRead, ReadsTime) {
  const auto model =
      model_of(with_header("",
                           "<sim_specs method=\"RK4\" time_units=\"Months\" isee:save_interval=\"0.5\">"
                           "<start> 1 </start><stop>13</stop><dt reciprocal=\"true\">4</dt></sim_specs>"));
  EXPECT_EQ(model.time.start.number, 1);
  EXPECT_EQ(model.time.stop.number, 13);
  EXPECT_EQ(model.time.step.number, 0.25);
  EXPECT_EQ(model.time.save_every.number, 0.5);
  EXPECT_EQ(model.time.method, Method::RungeKutta4);
  EXPECT_EQ(model.time.units, "Months");
}

TEST(XmileRead, ReadsTheTimesOfVensim) {
  const auto saved = [](const std::string& every) {
    return model_of(with_header("",
                                "<sim_specs><start>0<doc>from 7 on</doc></start><stop>9</stop><dt>0.5</dt>"
                                "<vensim:saveper>" +
                                    every + "<doc>saved</doc></vensim:saveper></sim_specs>"))
        .time.save_every;
  };
  EXPECT_EQ(saved("2").number, 2);
  EXPECT_FALSE(saved("TIME_STEP").present());
}

TEST(XmileRead, ReadsDataVariablesOfVensim) {
  const auto model = model_of(
      "<xmile><model><aux vensim:kind=\"data\" name=\"in\"><eqn> :RAW:\t</eqn></aux>"
      "<aux vensim:kind=\"data\" name=\"twice\">"
      "<eqn>:HOLD BACKWARD::=2*in</eqn></aux></model></xmile>");
  ASSERT_EQ(model.variables.size(), 2U);
  EXPECT_EQ(model.variables[0].kind, VariableKind::Data);
  EXPECT_EQ(model.variables[0].data_mode, DataMode::Raw);
  EXPECT_FALSE(model.variables[0].equations[0].expression.present());
  EXPECT_EQ(model.variables[1].data_mode, DataMode::HoldBackward);
  EXPECT_TRUE(model.variables[1].equations[0].expression.present());
}

TEST(XmileRead, TakesTheFirstMethodThatItHas) {
  const auto method = [](const std::string& words) {
    return model_of(with_header("", "<sim_specs method=\"" + words +
                                        "\"><start>0</start><stop>1</stop><dt>1</dt></sim_specs>"))
        .time.method;
  };
  EXPECT_EQ(method("RK45, RK4"), Method::RungeKuttaAuto);
  EXPECT_EQ(method("magic, RK2"), Method::RungeKutta2);
  EXPECT_EQ(method("Runge-Kutta 4"), Method::RungeKutta4);
  EXPECT_EQ(
      errors_of(with_header("", "<sim_specs method=\"RK44\"><start>0</start><stop>1</stop></sim_specs>")),
      "m.xmile:1:27 unknown-word\n");
}

TEST(XmileRead, KnowsWhoWroteTheFile) {
  const auto dialect = [](const std::string& vendor, const std::string& product) {
    const auto header = "<header><vendor>" + vendor + "</vendor><product>" + product + "</product></header>";
    return model_of(with_header(header, "")).dialect;
  };
  EXPECT_EQ(dialect("Ventana Systems, Inc.", "Vensim"), Dialect::XmileVensim);
  EXPECT_EQ(dialect("Ventana Systems, xmutil", "Vensim, xmutil"), Dialect::Xmile);
  EXPECT_EQ(dialect("isee systems, inc.", "Stella Architect"), Dialect::Xmile);
}

TEST(XmileRead, ReadsTheLayoutOfStella10AndPrefixes) {
  const auto legacy = model_of(
      "<xmile xmlns=\"http://www.systemdynamics.org/XMILE\"><model>"
      "<stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>"
      "<flow name=\"f\"><eqn>2</eqn></flow><display/></model></xmile>");
  EXPECT_EQ(legacy.variables.size(), 2U);
  const auto prefixed = model_of(
      "<x:xmile xmlns:x=\"u\"><isee:prefs/><x:model><x:variables>"
      "<x:aux name=\"a\"><x:eqn>1</x:eqn><isee:color/></x:aux>"
      "</x:variables></x:model></x:xmile>");
  EXPECT_EQ(prefixed.variables.size(), 1U);
}

TEST(XmileRead, ReadsStocksAndFlows) {
  const auto model = model_of(
      file("<stock name=\"s\"><eqn>5</eqn><inflow>\"in flow\"</inflow><outflow>out</outflow>"
           "<outflow>more</outflow><non_negative/><units>m</units><doc> Water &amp; ice </doc></stock>"
           "<flow name=\"in flow\"><eqn>1</eqn><non_negative> FALSE </non_negative></flow>"
           "<flow name=\"out\"><eqn>1</eqn></flow><flow name=\"more\"><eqn>1</eqn></flow>",
           "<behavior><flow><non_negative/></flow></behavior>"));
  const auto& stock = variable(model, "s");
  EXPECT_EQ(stock.kind, VariableKind::Stock);
  EXPECT_EQ(test::listing(stock.equations[0].initial), "5");
  EXPECT_FALSE(stock.equations[0].expression.present());
  EXPECT_THAT(stock.inflows, ElementsAre(Name("in flow")));
  EXPECT_THAT(stock.outflows, ElementsAre(Name("out"), Name("more")));
  EXPECT_TRUE(stock.non_negative);
  EXPECT_EQ(stock.units, "m");
  EXPECT_EQ(stock.documentation, "Water & ice");
  EXPECT_FALSE(variable(model, "in_flow").non_negative);
  EXPECT_TRUE(variable(model, "out").non_negative);
}

TEST(XmileRead, ReadsConveyorsQueuesAndLeaks) {
  const auto model = model_of(
      file("<stock name=\"belt\"><eqn>9</eqn><inflow>in</inflow><outflow>out</outflow><outflow>loss</outflow>"
           "<conveyor discrete=\"true\" exponential_leak=\"true\"><len>4</len><capacity>in*2</capacity>"
           "<arrest>TIME=3</arrest></conveyor></stock>"
           "<flow name=\"in\"><eqn>1</eqn></flow><flow name=\"out\"><eqn>0</eqn></flow>"
           "<flow name=\"loss\" leak_start=\"0.25\"><eqn>0.1</eqn><leak/><leak_integers/></flow>"
           "<stock name=\"line\"><eqn>0</eqn><outflow>next</outflow><outflow>spill</outflow><queue/></stock>"
           "<flow name=\"next\"/><flow name=\"spill\"><eqn>0</eqn><overflow/></flow>"));
  const auto& belt = variable(model, "belt");
  ASSERT_TRUE(belt.conveyor);
  EXPECT_EQ(test::listing(belt.conveyor->transit_time), "4");
  EXPECT_EQ(test::listing(belt.conveyor->capacity), "(`in` * 2)");
  EXPECT_EQ(test::listing(belt.conveyor->arrest), "(`TIME` = 3)");
  EXPECT_FALSE(belt.conveyor->sample.present());
  EXPECT_TRUE(belt.conveyor->discrete && belt.conveyor->exponential_leak && belt.conveyor->one_at_a_time);
  EXPECT_FALSE(variable(model, "out").equations[0].expression.present());
  const auto& leak = variable(model, "loss").leak;
  ASSERT_TRUE(leak);
  EXPECT_EQ(test::listing(leak->fraction), "0.1");
  EXPECT_EQ(leak->zone_start, 0.25);
  EXPECT_EQ(leak->zone_end, 1);
  EXPECT_TRUE(leak->integers);
  EXPECT_TRUE(variable(model, "line").queue);
  EXPECT_TRUE(variable(model, "spill").overflow);
}

TEST(XmileRead, ReadsTables) {
  const auto model = model_of(file(
      "<gf name=\"plain\"><xscale min=\"0\" max=\"2\"/><ypts>1,2,4</ypts></gf>"
      "<gf name=\"own x\" type=\"extrapolate\"><xscale min=\"0\" max=\"0\"/><xpts "
      "sep=\";\">0;5</xpts><ypts>1,2,</ypts></gf>"
      "<gf name=\"blanks\" discrete=\"true\"><xpts>0 1\n2</xpts><ypts>3 4 5</ypts></gf>"
      "<aux name=\"beside\"><eqn>TIME</eqn><gf><xscale min=\"0\" max=\"1\"/><ypts>0,1</ypts></gf></aux>"
      "<aux name=\"only\"><eqn>{none}</eqn><gf><xscale min=\"0\" max=\"1\"/><ypts>0,1</ypts></gf></aux>"));
  const auto& plain = variable(model, "plain");
  EXPECT_EQ(plain.kind, VariableKind::Lookup);
  ASSERT_EQ(plain.equations[0].tables[0].points.size(), 3U);
  EXPECT_EQ(plain.equations[0].tables[0].points[1].x, 1);
  EXPECT_EQ(variable(model, "own_x").equations[0].tables[0].mode, LookupMode::Extrapolate);
  EXPECT_EQ(variable(model, "own_x").equations[0].tables[0].points[1].x, 5);
  EXPECT_EQ(variable(model, "blanks").equations[0].tables[0].mode, LookupMode::Discrete);
  EXPECT_EQ(variable(model, "blanks").equations[0].tables[0].points[2].y, 5);
  EXPECT_EQ(variable(model, "beside").kind, VariableKind::Auxiliary);
  EXPECT_TRUE(variable(model, "beside").equations[0].expression.present());
  EXPECT_EQ(variable(model, "only").kind, VariableKind::Lookup);
}

TEST(XmileRead, ReadsArrays) {
  const auto model = model_of(
      file("<aux name=\"all\"><dimensions><dim name=\"D\"/></dimensions><eqn>D * 2</eqn></aux>"
           "<aux name=\"list\"><dimensions><dim name=\"D\"/><dim "
           "name=\"N\"/></dimensions><eqn>1,2;3,4;</eqn></aux>"
           "<aux name=\"each\"><dimensions><dim name=\"D\"/></dimensions><eqn>7</eqn>"
           "<element subscript=\"B\"><eqn>8</eqn></element></aux>"
           "<aux name=\"by number\"><dimensions><dim name=\"D\"/><dim name=\"N\"/></dimensions>"
           "<element subscript=\"2, 1\"><eqn>8</eqn></element></aux>"
           "<aux name=\"tables\"><dimensions><dim name=\"D\"/></dimensions><eqn>TIME</eqn>"
           "<element subscript=\"A\"><gf><xscale min=\"0\" max=\"1\"/><ypts>0,1</ypts></gf></element>"
           "<element subscript=\"B\"><gf><xscale min=\"0\" max=\"1\"/><ypts>0,2</ypts></gf></element></aux>",
           "<dimensions><dim name=\"D\"><elem name=\"A\"/><elem name=\"B\"/></dim><dim name=\"N\" "
           "size=\"2\"/></dimensions>"));
  EXPECT_THAT(model.dimensions.at(1).members, ElementsAre(Name("1"), Name("2")));
  EXPECT_THAT(variable(model, "all").equations.at(0).subscripts, IsEmpty());
  EXPECT_EQ(test::listing(variable(model, "list").equations[0].expression), "{1, 2, 3, 4 by 2}");
  const auto& each = variable(model, "each").equations;
  ASSERT_EQ(each.size(), 2U);
  EXPECT_EQ(each[0].subscripts[0].name, Name("B"));
  EXPECT_EQ(each[1].subscripts[0].name, Name("D"));
  EXPECT_EQ(each[1].except.at(0).at(0).name, Name("B"));
  EXPECT_EQ(variable(model, "by_number").equations[0].subscripts[0].name, Name("B"));
  const auto& tables = variable(model, "tables").equations;
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(test::listing(tables[1].expression), "`TIME`");
  EXPECT_EQ(tables[1].tables.at(0).points.at(1).y, 2);
}

TEST(XmileRead, ReadsActiveInitialAndOtherOddments) {
  const auto model =
      model_of(file("<aux name=\"a\"><eqn>b</eqn><init_eqn>3</init_eqn><range min=\"0\" max=\"9\"/></aux>"
                    "<aux name=\"b\"><eqn>1</eqn></aux><group name=\"g\"><entity name=\"b\"/></group>"));
  EXPECT_EQ(test::listing(variable(model, "a").equations[0].expression), "active_initial(`b`, 3)");
  EXPECT_EQ(variable(model, "a").limits.high, 9);
  EXPECT_EQ(variable(model, "b").group, "g");
}

TEST(XmileRead, FlattensModules) {
  const auto model = model_of(
      "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs>"
      "<model><module name=\"left\" model_name=\"pond\"><connect to=\"rain\" from=\".rain\"/></module>"
      "<module name=\"right\" model_name=\"pond\"><connect to=\"rain\" from=\"left.level\"/></module>"
      "<aux name=\"rain\"><eqn>1</eqn></aux><aux name=\"total\"><eqn>left.level + "
      "right.level</eqn></aux></model>"
      "<model name=\"pond\"><stock name=\"level\"><eqn>rain</eqn><inflow>fill</inflow></stock>"
      "<flow name=\"fill\"><eqn>rain * TIME</eqn></flow>"
      "<stock name=\"rain\" access=\"input\"><eqn>{later}</eqn></stock></model></xmile>");
  EXPECT_EQ(variable(model, "left.rain").kind, VariableKind::Auxiliary);
  EXPECT_EQ(test::listing(variable(model, "left.rain").equations[0].expression), "`rain`");
  EXPECT_EQ(test::listing(variable(model, "right.rain").equations[0].expression), "`left.level`");
  EXPECT_THAT(variable(model, "right.level").inflows, ElementsAre(Name("right.fill")));
  EXPECT_EQ(test::listing(variable(model, "right.fill").equations[0].expression), "(`right.rain` * `TIME`)");
  EXPECT_EQ(test::listing(variable(model, "total").equations[0].expression),
            "(`left.level` + `right.level`)");
}

TEST(XmileRead, ReadsMacros) {
  const auto model = model_of(
      file("<aux name=\"a\"><eqn>lag(3, 2)</eqn></aux>",
           "<macro name=\"lag\"><parm>input</parm><parm default=\"1+1\">delay</parm><eqn>s / delay</eqn>"
           "<variables><stock name=\"s\"><eqn>input</eqn><inflow>f</inflow></stock>"
           "<flow name=\"f\"><eqn>(input - s) / delay</eqn></flow></variables></macro>"));
  ASSERT_EQ(model.macros.size(), 1U);
  const auto& macro = model.macros[0];
  EXPECT_THAT(macro.inputs, ElementsAre(Name("input"), Name("delay")));
  EXPECT_EQ(test::listing(macro.defaults.at(0)), "(1 + 1)");
  ASSERT_EQ(macro.variables.size(), 3U);
  EXPECT_EQ(macro.variables[2].name, macro.name);
}

TEST(XmileRead, TakesSeveralEquationsOfAnArrayOneAfterAnother) {
  const std::string dimensions =
      "<dimensions><dim name=\"D\"><elem name=\"A\"/><elem name=\"B\"/></dim></dimensions>";
  const auto array = [&](const std::string& inside) {
    return file("<aux name=\"a\"><dimensions><dim name=\"D\"/></dimensions>" + inside + "</aux>", dimensions);
  };
  const auto model = model_of(array("<eqn>TIME + 1</eqn><eqn>-2</eqn>"));
  EXPECT_EQ(test::listing(variable(model, "a").equations[0].expression), "{(`TIME` + 1), (-2) by 2}");
  EXPECT_EQ(errors_of(array("<eqn>1</eqn><eqn>2</eqn><eqn>3</eqn>")), "m.xmile:4:1 wrong-dimensions\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><eqn>1</eqn><eqn>2</eqn></aux>")),
            "m.xmile:4:1 wrong-dimensions\n");
}

TEST(XmileRead, RefusesWhatAnElementSaysForItselfAlone) {
  const std::string dimensions = "<dimensions><dim name=\"D\" size=\"2\"/></dimensions>";
  const auto stock = [&](const std::string& inside) {
    return file(
        "<stock name=\"s\"><dimensions><dim name=\"D\"/></dimensions><element subscript=\"1\"><eqn>1</eqn>" +
            inside + "</element><element subscript=\"2\"><eqn>1</eqn></element></stock>",
        dimensions);
  };
  EXPECT_EQ(errors_of(stock("<eqn>2</eqn>")), "m.xmile:4:92 defined-twice\n");
  EXPECT_EQ(errors_of(stock("<non_negative/>")), "m.xmile:4:92 unsupported\n");
}

TEST(XmileRead, KnowsTheOtherNamesOfUnits) {
  const auto model =
      model_of(file("<aux name=\"a\"><eqn>1</eqn></aux>",
                    "<model_units><unit name=\"Person\"><alias>People</alias><alias>Persons</alias></unit>"
                    "<unit name=\"Plain\"/></model_units>"));
  EXPECT_THAT(model.unit_equivalents, ElementsAre(ElementsAre("Person", "People", "Persons")));
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
