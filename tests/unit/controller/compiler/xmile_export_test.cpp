// What programs write into XMILE in ways of their own: Stella's double connections, Vensim's level functions
// as stocks and flows of single elements.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;

Ran modules(const std::string& connections, const std::string& more = "") {
  return run(controller::model::xmile::read(
      "<xmile "
      "version=\"1.0\"><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs><model><variables>" +
          aux("area", "2.25") + aux("other", "7") + "<module name=\"hares\">" + connections + "</module>" +
          more +
          "</variables></model><model name=\"hares\"><variables>"
          "<aux name=\"area\" access=\"input\"><eqn>0</eqn></aux>" +
          aux("density", "9 / area") + "</variables></model></xmile>",
      "m.stmx"));
}
std::string connect(const std::string& tag, const std::string& from) {
  return "<" + tag + " to=\"hares.area\" from=\"" + from + "\"/>";
}

TEST(Connections, OfBothKindsAreOne) {
  for (const std::string& both :
       {connect("connect", ".area") + connect("connect2", "area"),
        connect("connect2", "area") + connect("connect", ".area"), connect("connect", "area"),
        connect("connect", ".area") + connect("connect2", "no.where"),
        connect("connect2", "area") + connect("connect2", ".Area")}) {
    EXPECT_EQ(modules(both).last("hares.density"), 4) << both << modules(both).errors;
  }
}

TEST(Connections, ThatDifferOrLeadNowhereAreErrors) {
  EXPECT_EQ(modules(connect("connect", ".area") + connect("connect2", "other")).errors,
            "m.stmx:1:237 defined-twice\n");
  const std::string nowhere = modules(connect("connect", ".aera") + connect("connect2", "aera")).errors;
  EXPECT_EQ(nowhere, "m.stmx:1:198 unknown-name\n");
}

Ran exported(const std::string& variables, const std::string& before = "") {
  return xmile(
      variables, 2, 1,
      "<header><product version=\"1.0\">Vensim</product><vendor>Ventana Systems, Inc.</vendor></header>" +
          before);
}

TEST(VensimExport, WritesLevelFunctionsAsStocksThatFlow) {
  const Ran ran = exported(
      "<stock name=\"E\"><eqn>4.5</eqn><inflow>in rate</inflow><outflow>out rate</outflow></stock>"
      "<stock name=\"out_rate\"><eqn>out_rate= DELAY_N(in_rate, 4, 0.25, 2)</eqn></stock>"
      "<stock name=\"smooth\"><eqn>smooth= SMOOTHI(in_rate, 2, 0.25)</eqn></stock>"
      "<stock name=\"fixed\"><eqn>fixed = DELAY_FIXED(in_rate, 1, 9)</eqn></stock>"
      "<stock name=\"late\"><eqn>late= DELAY3I(in_rate, 3, 2.25)</eqn></stock>"
      "<stock name=\"kept\"><eqn>kept= SAMPLE_IF_TRUE(Time&gt;0, in_rate, 1)</eqn></stock>"
      "<stock name=\"level\"><eqn>level= INTEG(in_rate, 1)</eqn></stock>" +
      aux("in_rate", "2.25"));
  EXPECT_THAT(ran["E"], ElementsAre(4.5, 6.5, 8.5)) << ran.errors;
  EXPECT_THAT(ran["out_rate"], ElementsAre(0.25, 0.25, 0.75));
  EXPECT_THAT(ran["smooth"], ElementsAre(0.25, 1.25, 1.75));
  EXPECT_THAT(ran["fixed"], ElementsAre(9, 2.25, 2.25));
  EXPECT_THAT(ran["late"], ElementsAre(2.25, 2.25, 2.25));
  EXPECT_THAT(ran["kept"], ElementsAre(1, 2.25, 2.25));
  EXPECT_THAT(ran["level"], ElementsAre(1, 3.25, 5.5));
}

TEST(VensimExport, WritesFlowsOfSingleElements) {
  const std::string regions =
      "<dimensions><dim name=\"R\"><elem name=\"N\"/><elem name=\"S\"/></dim></dimensions>";
  const std::string of_r = "<dimensions><dim name=\"R\"/></dimensions>";
  const Ran ran =
      exported("<stock name=\"pop\">" + of_r +
                   "<element subscript=\"N\"><eqn>10</eqn><inflow>births</inflow><outflow>deaths</outflow>"
                   "</element><element subscript=\"S\"><eqn>20</eqn><inflow>births[S]</inflow></element>"
                   "</stock><flow name=\"births\">" +
                   of_r + "<eqn>2</eqn></flow><flow name=\"deaths\">" + of_r + "<eqn>1</eqn></flow>",
               regions);
  EXPECT_THAT(ran["pop[N]"], ElementsAre(10, 11, 12)) << ran.errors;
  EXPECT_THAT(ran["pop[S]"], ElementsAre(20, 22, 24));
}

}  // namespace
}  // namespace flowyard::test
