// How XMILE puts models together: modules, named graphical functions, units of flows, what vendors add.
#include <gmock/gmock.h>

#include "tests/support/diagnostic_text.hpp"
#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Ran models(const std::string& root, const std::string& others) {
  return run(controller::model::xmile::read(
      "<xmile><sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs><model><variables>" + root +
          "</variables></model>" + others + "</xmile>",
      "m.xmile"));
}

std::string submodel(const std::string& name, const std::string& variables) {
  return "<model name=\"" + name + "\"><variables>" + variables + "</variables></model>";
}

std::vector<std::string> warnings_of(const std::string& variables) {
  const auto model = controller::model::xmile::read(xmile_text(variables), "m.xmile");
  return model ? test::lines_and_codes(model->warnings)
               : std::vector<std::string>{test::places_and_codes(model.error())};
}

TEST(XmileModules, ConnectUpwardsToTheRoot) {
  const Ran ran = models(
      "<module name=\"Sub\"><connect to=\"in\" from=\".out\"/><connect to=\".back\" "
      "from=\"Sub.result\"/></module>" +
          aux("out", "5") + "<aux name=\"back\" access=\"input\"/>" + aux("y", "back * 2"),
      submodel("Sub", "<aux name=\"in\" access=\"input\"/>" + aux("result", "in * 3")));
  EXPECT_EQ(ran.last("y"), 30) << ran.errors;
}

TEST(XmileModules, ConnectInputsOfModulesWithinModules) {
  const Ran ran =
      models("<module name=\"A\"><connect to=\"B.q\" from=\"v\"/></module>" + aux("v", "3") + aux("x", "B.z"),
             submodel("A", "<module name=\"B\"/>") +
                 submodel("B", "<aux name=\"q\" access=\"input\"/>" + aux("z", "q * 2")));
  EXPECT_EQ(ran.last("x"), 6) << ran.errors;
}

TEST(XmileModules, ConnectNamesInQuotes) {
  const Ran ran = models("<module name=\"A b\"><connect to=\"in\" from=\".&quot;x + y&quot;\"/></module>" +
                             aux("x + y", "3") + aux("z", "A_b.out"),
                         submodel("A b", "<aux name=\"in\" access=\"input\"/>" + aux("out", "in * 2")));
  EXPECT_EQ(ran.last("z"), 6) << ran.errors;
}

TEST(XmileVendors, VensimGivesAStockItsNetFlow) {
  const auto stock = [](const std::string& more) {
    return "<stock name=\"s\"><eqn>1</eqn><vensim:netflow>s * k</vensim:netflow>" + more + "</stock>" +
           aux("k", "2");
  };
  EXPECT_THAT(xmile(stock(""), 2)["s"], ElementsAre(1, 3, 9));
  EXPECT_EQ(xmile(stock("<inflow>k</inflow>")).errors, "m.xmile:1:146 wrong-kind\n");
}

TEST(XmileVendors, VensimExportsItsTimeStepBesideAVariableOfThatName) {
  const Ran ran = xmile(aux("TIME_STEP", "DT") + aux("DT", " TIME_STEP\t") + aux("x", "DT + TIME_STEP"), 1,
                        0.5, "<header><product>Vensim</product></header>");
  EXPECT_EQ(ran.last("x"), 1) << ran.errors;
}

TEST(XmileVendors, VensimMacrosSeeTheTimeStep) {
  const Ran ran =
      models(aux("x", "PREV(TIME ^ 2)"),
             "<macro name=\"PREV\"><parm>input</parm><eqn>PREV</eqn><variables><stock name=\"PREV\">"
             "<eqn>input</eqn><vensim:netflow>(input-PREV)/TIME STEP$</vensim:netflow></stock>"
             "</variables></macro>");
  EXPECT_THAT(ran["x"], ElementsAre(0, 0, 1)) << ran.errors;
}

TEST(XmileVendors, VensimStringsAreLeftOut) {
  EXPECT_THAT(
      warnings_of(aux("x", "1") + "<aux vensim:kind=\"string\" name=\"help\"><eqn>:IS: 'text'</eqn></aux>"),
      ElementsAre("1: ignored"));
}

TEST(XmileGraphs, AreKnownByTheirOwnNames) {
  const Ran ran = xmile(
      "<aux name=\"a\"><eqn>TIME</eqn><gf name=\"rising\"><xscale min=\"0\" max=\"4\"/>"
      "<ypts>0,2,4,6,8</ypts></gf></aux><aux name=\"b\"><eqn>TIME - 1</eqn><gf name=\"rising\"/></aux>" +
      aux("c", "rising(2)"));
  EXPECT_THAT(ran["a"], ElementsAre(0, 2, 4, 6, 8)) << ran.errors;
  EXPECT_THAT(ran["b"], ElementsAre(0, 0, 2, 4, 6));
  EXPECT_EQ(ran.last("c"), 4);
}

TEST(XmileFlows, MultiplierCountsWhereTheFlowArrives) {
  const Ran ran = xmile(
      "<stock name=\"a\"><eqn>100</eqn><outflow>f</outflow></stock>"
      "<stock name=\"b\"><eqn>0</eqn><inflow>f</inflow></stock>"
      "<flow name=\"f\"><eqn>4</eqn><multiplier>3</multiplier></flow>",
      1);
  EXPECT_EQ(ran.last("a"), 96) << ran.errors;
  EXPECT_EQ(ran.last("b"), 12);
  EXPECT_EQ(ran.last("f"), 4);
}

TEST(XmileBehavior, NonNegativeForAll) {
  const std::string stock =
      "<stock name=\"s\"><eqn>5</eqn><outflow>o</outflow></stock><flow name=\"o\"><eqn>3</eqn></flow>";
  EXPECT_EQ(xmile(stock, 4, 1, "<behavior><non_negative/></behavior>").last("s"), 0);
}

TEST(XmileMacros, OptionFiltersAreNoMacros) {
  const std::string filters =
      "<macro filter=\"flow\" name=\"non_negative\"><parm>f</parm><eqn>MAX(f, 0)</eqn></macro>"
      "<macro filter=\"stock\" name=\"non_negative\" applyto=\"outflows\"><parm>f</parm><eqn>f</eqn></macro>";
  EXPECT_EQ(xmile(aux("a", "2"), 4, 1, filters).last("a"), 2);
}

TEST(XmileVendors, ExtrasOfQueuesAndConveyorsAreNamed) {
  const std::string out = "<flow name=\"t\"/>";
  EXPECT_THAT(
      warnings_of(
          "<stock name=\"q\"><eqn>9</eqn><outflow>t</outflow><queue isee:purge_after=\"2\"/></stock>" + out),
      ElementsAre("1: ignored"));
  EXPECT_THAT(
      warnings_of(
          "<stock name=\"q\"><eqn>9</eqn><outflow>t</outflow><queue/><isee:purge>2</isee:purge></stock>" +
          out),
      ElementsAre("1: ignored"));
  EXPECT_THAT(warnings_of("<stock name=\"s\" isee:hide=\"true\"><eqn>9</eqn><outflow>t</outflow><conveyor "
                          "discrete=\"true\"><len>2</len></conveyor></stock>" +
                          out),
              IsEmpty());
  EXPECT_EQ(xmile("<flow name=\"in\" isee:spreadflow=\"even\"><eqn>1</eqn></flow>").errors,
            "m.xmile:1:151 unsupported\n");
}

TEST(XmileMacros, AStockTakesAParameterForItsFlow) {
  const std::string pool =
      "<macro name=\"POOL\"><parm>inflow</parm><parm>loss</parm><eqn>level * 2</eqn>"
      "<stock name=\"level\"><eqn>1</eqn><inflow>inflow</inflow><inflow>own</inflow><outflow>loss</outflow>"
      "</stock><flow name=\"own\"><eqn>3</eqn></flow></macro>";
  const Ran ran = xmile(aux("in", "TIME") + aux("p", "POOL(in * 10, 1)"), 3, 1, pool);
  EXPECT_THAT(ran["p"], ElementsAre(2, 6, 30, 74)) << ran.errors;
}

}  // namespace
}  // namespace flowyard::test
