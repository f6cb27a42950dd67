// Models with errors: each is named, with its place, all at once.
#include <gmock/gmock.h>

#include "tests/unit/controller/model/xmile/reading.hpp"

namespace flowyard::controller::model::xmile {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const char* const dimension = "<dimensions><dim name=\"Region\"><elem name=\"North\"/></dim></dimensions>";

TEST(XmileErrors, AreAllReportedInTheOrderOfTheFile) {
  EXPECT_EQ(
      errors_of(file(
          "<aux name=\"a\"><eqn>1 +</eqn></aux>\n<stock name=\"s\"/>\n<aux name=\"b\"><eqn>)</eqn></aux>")),
      "m.xmile:4:23: expected a number, a name or '(', found the end of the equation, in '1 +'\n"
      "m.xmile:5:1: 's' has no equation\n"
      "m.xmile:6:20: expected a number, a name or '(', found ')', in ')'\n");
}

TEST(XmileErrors, SuggestWhatWasMeant) {
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><eqnn>1</eqnn></aux>")), HasSubstr("did you mean <eqn>?"));
  EXPECT_THAT(errors_of(file("<auxx name=\"a\"><eqn>1</eqn></auxx>")), HasSubstr("did you mean <aux>?"));
  EXPECT_THAT(errors_of(file("<oven name=\"a\"><eqn>1</eqn></oven>")),
              HasSubstr("<oven> is not a kind of variable"));
  EXPECT_THAT(errors_of("<xmile><modell/></xmile>"), HasSubstr("did you mean <model>?"));
  EXPECT_THAT(
      errors_of(file("<aux name=\"a\"><dimensions><dim name=\"Regoin\"/></dimensions><eqn>1</eqn></aux>",
                     dimension)),
      HasSubstr("dimension 'Regoin' of aux 'a' is not declared in <dimensions>, did you mean 'Region'?"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><dimensions><dim name=\"Region\"/></dimensions>"
                             "<element subscript=\"Nort\"><eqn>1</eqn></element></aux>",
                             dimension)),
              HasSubstr("'Nort' is not an element of dimension 'Region', did you mean 'North'?"));
}

TEST(XmileErrors, TellOfASecondFileBehindTheFirst) {
  const std::string one = file("<aux name=\"a\"><eqn>1</eqn></aux>");
  EXPECT_THAT(errors_of(one + one),
              HasSubstr("<xmile> stands behind the end of <xmile>: a file holds one model"));
}

TEST(XmileErrors, NameBrokenVariables) {
  EXPECT_THAT(errors_of(file("<aux><eqn>1</eqn></aux>")), HasSubstr("<aux> needs a name"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><eqn>1</eqn></aux>\n<aux name=\"A\"><eqn>1</eqn></aux>")),
              HasSubstr("m.xmile:5:1: 'A' is defined twice; first in line 4"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><inflow>f</inflow><eqn>1</eqn></aux>")),
              HasSubstr("only a stock has flows"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\">1 + 2</aux>")), HasSubstr("text '1 + 2' stands in aux 'a'"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><element subscript=\"1\"><eqn>1</eqn></element></aux>")),
              HasSubstr("has <element>s but no <dimensions>"));
  EXPECT_THAT(errors_of(file("<stock name=\"s\"><eqn>1</eqn><conveyor/></stock>")),
              HasSubstr("conveyor without <len>"));
  EXPECT_THAT(
      errors_of(file("<stock name=\"s\"><eqn>1</eqn><queue/><conveyor><len>2</len></conveyor></stock>")),
      HasSubstr("cannot be both"));
}

TEST(XmileErrors, NameBrokenArrays) {
  const auto array = [](const std::string& inside) {
    return errors_of(file(
        "<aux name=\"a\"><dimensions><dim name=\"Region\"/></dimensions>" + inside + "</aux>", dimension));
  };
  EXPECT_THAT(array("<element subscript=\"North, North\"><eqn>1</eqn></element>"),
              HasSubstr("should name 1 element(s)"));
  EXPECT_THAT(array("<element subscript=\"North\"><eqn>1</eqn></element><element "
                    "subscript=\"1\"><eqn>2</eqn></element>"),
              HasSubstr("is given twice"));
  EXPECT_THAT(array("<element subscript=\"North\"/>"), HasSubstr("has no equation"));
  EXPECT_THAT(array("<eqn>1,2;3</eqn>"), HasSubstr("the last row is not as long as the first"));
  EXPECT_THAT(errors_of(file("", "<dimensions><dim name=\"D\" size=\"1e9\"/></dimensions>")),
              HasSubstr("too many elements"));
  EXPECT_THAT(errors_of(file("", "<dimensions><dim name=\"D\"/></dimensions>")),
              HasSubstr("needs <elem>s or a size"));
  EXPECT_THAT(errors_of(file(
                  "", "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"A\"/></dim></dimensions>")),
              HasSubstr("stands twice"));
}

TEST(XmileErrors, NameBrokenTables) {
  const auto table = [](const std::string& inside) {
    return errors_of(file("<gf name=\"g\">" + inside + "</gf>"));
  };
  EXPECT_THAT(table("<ypts>1,2</ypts>"), HasSubstr("needs <xscale> or <xpts>"));
  EXPECT_THAT(table("<xscale min=\"0\" max=\"0\"/><ypts>1,2</ypts>"),
              HasSubstr("<xscale> of this graphical function is empty"));
  EXPECT_THAT(table("<xpts>1,2</xpts><ypts>1,2,3</ypts>"), HasSubstr("2 <xpts> but 3 <ypts>"));
  EXPECT_EQ(table("<xpts>1,2</xpts><ypts>1, z</ypts>"), "m.xmile:4:39: 'z' in <ypts> is not a number\n");
  EXPECT_THAT(table("<xpts>1</xpts><ypts>nan</ypts>"), HasSubstr("'nan' in <ypts> is not a number"));
}

TEST(XmileErrors, NameBrokenModules) {
  const auto modules = [](const std::string& inside,
                          const std::string& pond = "<aux name=\"rain\"><eqn>1</eqn></aux>") {
    return errors_of("<xmile><model>" + inside +
                     "<aux name=\"area\"><eqn>1</eqn></aux></model><model name=\"pond\">" + pond +
                     "</model></xmile>");
  };
  EXPECT_THAT(modules("<module name=\"pnd\"/>"),
              HasSubstr("module 'pnd' has no model 'pnd', did you mean 'pond'?"));
  EXPECT_THAT(modules("<module name=\"pond\"><connect to=\"snow\" from=\".area\"/></module>"),
              HasSubstr("goes to 'snow', which module 'pond' does not have"));
  EXPECT_THAT(modules("<module name=\"pond\"><connect to=\"rain\" from=\"aera\"/></module>"),
              HasSubstr("comes from 'aera', which does not exist, did you mean 'area'?"));
  EXPECT_THAT(modules("<module name=\"pond\"/>", "<aux name=\"rain\"><eqn>area</eqn></aux>"),
              HasSubstr("module 'pond' has no variable 'area'"));
  EXPECT_THAT(modules("<module name=\"pond\"/>", "<aux name=\"rain\"><eqn>{input}</eqn></aux>"),
              HasSubstr("'pond.rain' has no equation"));
  EXPECT_THAT(modules("<module name=\"pond\"/>", "<module name=\"pond\"/>"), HasSubstr("contain itself"));
  std::string doubling = "<xmile><model><module name=\"a25\"/></model>";
  for (int i = 0; i <= 25; ++i) {
    const std::string below = std::to_string(i - 1);
    const std::string both = "<module name=\"a" + below + "\"/><module name=\"b" + below + "\"/>";
    for (const char* kind : {"a", "b"})
      doubling += "<model name=\"" + (kind + std::to_string(i)) + "\">" + (i > 0 ? both : "") + "</model>";
  }
  EXPECT_THAT(errors_of(doubling + "</xmile>"), HasSubstr("more than 200000 modules"));
  EXPECT_THAT(modules("<module name=\"pond\" resource=\"r.xmile\"/>"), HasSubstr("in another file"));
}

TEST(XmileErrors, RefuseWhatCannotBeComputed) {
  EXPECT_THAT(errors_of(file("<flow name=\"f\" isee:spreadflow=\"even\"><eqn>1</eqn></flow>")),
              HasSubstr("spreads its inflow"));
  EXPECT_THAT(errors_of(file("<aux name=\"a\"><eqn>1</eqn></aux>",
                             "<macro name=\"m\"><eqn>1</eqn><sim_specs/></macro>")),
              HasSubstr("simulation of its own"));
  EXPECT_THAT(
      errors_of(
          "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs><model><module name=\"m\"/></model>"
          "<model name=\"m\"><sim_specs><start>0</start><stop>9</stop></sim_specs></model></xmile>"),
      HasSubstr("runs by its own <sim_specs>"));
}

TEST(XmileErrors, NameBrokenTimes) {
  const auto time = [](const std::string& inside) {
    return errors_of("<xmile><sim_specs>" + inside +
                     "</sim_specs><model><aux name=\"a\"><eqn>1</eqn></aux></model></xmile>");
  };
  EXPECT_THAT(time("<start>0</start>"), HasSubstr("needs <stop>"));
  EXPECT_THAT(time("<start>0</start><stop>never</stop>"),
              HasSubstr("m.xmile:1:41: 'never' in <stop> is not a number"));
  EXPECT_THAT(time("<start>5</start><stop>1</stop>"), HasSubstr("before the start"));
  EXPECT_THAT(time("<start>0</start><stop>1</stop><dt>0</dt>"), HasSubstr("dt must be above zero"));
}

TEST(XmileWarnings, TellWhatWasReadWithAShrug) {
  const auto model =
      model_of(file("<aux name=\"a\"><eqn>1</eqn><colour_of_hat/></aux>", "<data><import/></data>"));
  ASSERT_EQ(model.warnings.size(), 2U);
  EXPECT_THAT(model.warnings[0].message, HasSubstr("<data>"));
  EXPECT_THAT(model.warnings[1].message, HasSubstr("<colour_of_hat> in aux 'a' is not known and is ignored"));
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
