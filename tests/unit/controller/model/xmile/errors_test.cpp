// Models with errors: each is named, with its place, all at once.
#include <gmock/gmock.h>

#include "tests/support/diagnostic_text.hpp"
#include "tests/unit/controller/model/xmile/reading.hpp"

namespace flowyard::controller::model::xmile {
namespace {

const char* const dimension = "<dimensions><dim name=\"Region\"><elem name=\"North\"/></dim></dimensions>";

TEST(XmileErrors, AreAllReportedInTheOrderOfTheFile) {
  EXPECT_EQ(
      errors_of(file(
          "<aux name=\"a\"><eqn>1 +</eqn></aux>\n<stock name=\"s\"/>\n<aux name=\"b\"><eqn>)</eqn></aux>")),
      "m.xmile:4:23 syntax\nm.xmile:5:1 no-equation\nm.xmile:6:20 syntax\n");
}

TEST(XmileErrors, SuggestWhatWasMeant) {
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><eqnn>1</eqnn></aux>")), "m.xmile:4:15 unknown-key\n");
  EXPECT_EQ(errors_of(file("<auxx name=\"a\"><eqn>1</eqn></auxx>")), "m.xmile:4:1 unknown-key\n");
  EXPECT_EQ(errors_of(file("<oven name=\"a\"><eqn>1</eqn></oven>")), "m.xmile:4:1 unknown-key\n");
  EXPECT_EQ(errors_of("<xmile><modell/></xmile>"), "m.xmile:1:1 not-a-model\nm.xmile:1:8 unknown-key\n");
  EXPECT_EQ(
      errors_of(file("<aux name=\"a\"><dimensions><dim name=\"Regoin\"/></dimensions><eqn>1</eqn></aux>",
                     dimension)),
      "m.xmile:4:27 unknown-subscript\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><dimensions><dim name=\"Region\"/></dimensions>"
                           "<element subscript=\"Nort\"><eqn>1</eqn></element></aux>",
                           dimension)),
            "m.xmile:4:80 unknown-subscript\n");
}

TEST(XmileErrors, TellOfASecondFileBehindTheFirst) {
  const std::string one = file("<aux name=\"a\"><eqn>1</eqn></aux>");
  EXPECT_EQ(errors_of(one + one), "m.xmile:6:1 not-a-model\n");
}

TEST(XmileErrors, NameBrokenVariables) {
  EXPECT_EQ(errors_of(file("<aux><eqn>1</eqn></aux>")), "m.xmile:4:1 missing\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><eqn>1</eqn></aux>\n<aux name=\"A\"><eqn>1</eqn></aux>")),
            "m.xmile:5:1 defined-twice\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><inflow>f</inflow><eqn>1</eqn></aux>")),
            "m.xmile:4:15 wrong-kind\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\">1 + 2</aux>")), "m.xmile:4:15 syntax\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><element subscript=\"1\"><eqn>1</eqn></element></aux>")),
            "m.xmile:4:15 wrong-dimensions\n");
  EXPECT_EQ(errors_of(file("<stock name=\"s\"><eqn>1</eqn><conveyor/></stock>")), "m.xmile:4:29 missing\n");
  EXPECT_EQ(
      errors_of(file("<stock name=\"s\"><eqn>1</eqn><queue/><conveyor><len>2</len></conveyor></stock>")),
      "m.xmile:4:1 wrong-kind\n");
}

TEST(XmileErrors, NameBrokenArrays) {
  const auto array = [](const std::string& inside) {
    return errors_of(file(
        "<aux name=\"a\"><dimensions><dim name=\"Region\"/></dimensions>" + inside + "</aux>", dimension));
  };
  EXPECT_EQ(array("<element subscript=\"North, North\"><eqn>1</eqn></element>"),
            "m.xmile:4:80 wrong-dimensions\n");
  EXPECT_EQ(array("<element subscript=\"North\"><eqn>1</eqn></element><element "
                  "subscript=\"1\"><eqn>2</eqn></element>"),
            "m.xmile:4:109 defined-twice\n");
  EXPECT_EQ(array("<element subscript=\"North\"/>"), "m.xmile:4:60 no-equation\n");
  EXPECT_EQ(array("<eqn>1,2;3</eqn>"), "m.xmile:4:70 wrong-dimensions\n");
  EXPECT_EQ(errors_of(file("", "<dimensions><dim name=\"D\" size=\"1e9\"/></dimensions>")),
            "m.xmile:3:33 too-large\n");
  EXPECT_EQ(errors_of(file("", "<dimensions><dim name=\"D\"/></dimensions>")), "m.xmile:3:13 missing\n");
  EXPECT_EQ(errors_of(file(
                "", "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"A\"/></dim></dimensions>")),
            "m.xmile:3:43 defined-twice\n");
}

TEST(XmileErrors, NameBrokenTables) {
  const auto table = [](const std::string& inside) {
    return errors_of(file("<gf name=\"g\">" + inside + "</gf>"));
  };
  EXPECT_EQ(table("<ypts>1,2</ypts>"), "m.xmile:4:1 missing\n");
  EXPECT_EQ(table("<xscale min=\"0\" max=\"0\"/><ypts>1,2</ypts>"), "m.xmile:4:1 wrong-value\n");
  EXPECT_EQ(table("<xpts>1,2</xpts><ypts>1,2,3</ypts>"), "m.xmile:4:1 wrong-dimensions\n");
  EXPECT_EQ(table("<xpts>1,2</xpts><ypts>1, z</ypts>"), "m.xmile:4:39 bad-number\n");
  EXPECT_EQ(table("<xpts>1</xpts><ypts>nan</ypts>"), "m.xmile:4:34 bad-number\n");
}

TEST(XmileErrors, NameBrokenModules) {
  const auto modules = [](const std::string& inside,
                          const std::string& pond = "<aux name=\"rain\"><eqn>1</eqn></aux>") {
    return errors_of("<xmile><model>" + inside +
                     "<aux name=\"area\"><eqn>1</eqn></aux></model><model name=\"pond\">" + pond +
                     "</model></xmile>");
  };
  EXPECT_EQ(modules("<module name=\"pnd\"/>"), "m.xmile:1:15 unknown-name\n");
  EXPECT_EQ(modules("<module name=\"pond\"><connect to=\"snow\" from=\".area\"/></module>"),
            "m.xmile:1:35 unknown-name\n");
  EXPECT_EQ(modules("<module name=\"pond\"><connect to=\"rain\" from=\"aera\"/></module>"),
            "m.xmile:1:35 unknown-name\n");
  EXPECT_EQ(modules("<module name=\"pond\"/>", "<aux name=\"rain\"><eqn>area</eqn></aux>"),
            "m.xmile:1:120 unknown-name\n");
  EXPECT_EQ(modules("<module name=\"pond\"/>", "<aux name=\"rain\"><eqn>{input}</eqn></aux>"),
            "m.xmile:1:98 no-equation\n");
  EXPECT_EQ(modules("<module name=\"pond\"/>", "<module name=\"pond\"/>"), "m.xmile:1:79 too-large\n");
  std::string doubling = "<xmile><model><module name=\"a25\"/></model>";
  for (int i = 0; i <= 25; ++i) {
    const std::string below = std::to_string(i - 1);
    const std::string both = "<module name=\"a" + below + "\"/><module name=\"b" + below + "\"/>";
    for (const char* kind : {"a", "b"})
      doubling += "<model name=\"" + (kind + std::to_string(i)) + "\">" + (i > 0 ? both : "") + "</model>";
  }
  EXPECT_EQ(errors_of(doubling + "</xmile>"), "m.xmile:1:425 too-large\n");
  EXPECT_EQ(modules("<module name=\"pond\" resource=\"r.xmile\"/>"), "m.xmile:1:15 unsupported\n");
}

TEST(XmileErrors, RefuseWhatCannotBeComputed) {
  EXPECT_EQ(errors_of(file("<flow name=\"f\" isee:spreadflow=\"even\"><eqn>1</eqn></flow>")),
            "m.xmile:4:33 unsupported\n");
  EXPECT_EQ(errors_of(file("<aux name=\"a\"><eqn>1</eqn></aux>",
                           "<macro name=\"m\"><eqn>1</eqn><sim_specs/></macro>")),
            "m.xmile:3:29 unsupported\n");
  EXPECT_EQ(
      errors_of(
          "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs><model><module name=\"m\"/></model>"
          "<model name=\"m\"><sim_specs><start>0</start><stop>9</stop></sim_specs></model></xmile>"),
      "m.xmile:1:110 unsupported\n");
}

TEST(XmileErrors, NameBrokenTimes) {
  const auto time = [](const std::string& inside) {
    return errors_of("<xmile><sim_specs>" + inside +
                     "</sim_specs><model><aux name=\"a\"><eqn>1</eqn></aux></model></xmile>");
  };
  EXPECT_EQ(time("<start>0</start>"), "m.xmile:1:8 missing\n");
  EXPECT_EQ(time("<start>0</start><stop>never</stop>"), "m.xmile:1:41 bad-number\n");
  EXPECT_EQ(time("<start>5</start><stop>1</stop>"), "m.xmile:1:41 wrong-time\n");
  EXPECT_EQ(time("<start>0</start><stop>1</stop><dt>0</dt>"), "m.xmile:1:53 wrong-time\n");
}

TEST(XmileWarnings, TellWhatWasReadWithAShrug) {
  const auto model =
      model_of(file("<aux name=\"a\"><eqn>1</eqn><colour_of_hat/></aux>", "<data><import/></data>"));
  EXPECT_THAT(test::lines_and_codes(model.warnings), testing::ElementsAre("3: ignored", "4: ignored"));
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
