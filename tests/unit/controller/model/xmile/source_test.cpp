// From bytes to well-formed text: encodings, repairs, places.
#include <gmock/gmock.h>

#include "controller/model/xmile/repair.hpp"
#include "controller/model/xmile/source_text.hpp"
#include "tests/unit/controller/model/xmile/reading.hpp"

namespace flowyard::controller::model::xmile {
namespace {

using namespace std::string_literals;

std::string wide(const std::string& ascii, std::size_t width, bool little) {
  std::string out;
  for (const char c : ascii) {
    for (std::size_t k = 0; k < width; ++k) out += k == (little ? 0 : width - 1) ? c : '\0';
  }
  return out;
}

TEST(XmileSource, ReadsEveryEncoding) {
  const std::string plain = file("<aux name=\"a\"><eqn>1</eqn></aux>");
  EXPECT_EQ(errors_of("\xEF\xBB\xBF" + plain), "");
  EXPECT_EQ(errors_of("\xFF\xFE" + wide(plain, 2, true)), "");
  EXPECT_EQ(errors_of("\xFE\xFF" + wide(plain, 2, false)), "");
  EXPECT_EQ(errors_of(wide(plain, 2, true)), "");
  EXPECT_EQ(errors_of(wide(plain, 4, false)), "");
  EXPECT_EQ(*decode("\xFF\xFE\x3D\xD8\x37\xDC"s, "f"), "\xF0\x9F\x90\xB7");  // a surrogate pair
}

TEST(XmileSource, ReadsDeclaredAndUndeclaredLatin1) {
  const std::string latin = file("<aux name=\"caf\xE9\"><eqn>1</eqn></aux>");
  for (const std::string declaration : {"", "<?xml version='1.0' encoding='ISO-8859-1'?>",
                                        "<?xml version=\"1.0\" encoding=\"windows-1252\"?>"}) {
    EXPECT_EQ(model_of(declaration + latin).variables.at(0).name.display, "caf\xC3\xA9") << declaration;
  }
  EXPECT_EQ(errors_of("<?xml version='1.0' encoding='runes'?>" + latin), "m.xmile not-a-model\n");
}

TEST(XmileSource, ReadsOtherDeclaredEncodings) {
  const auto named = [](const std::string& encoding, const std::string& name) {
    return "<?xml version='1.0' encoding='" + encoding + "'?>" +
           file("<aux name=\"" + name + "\"><eqn>1</eqn></aux>");
  };
  EXPECT_EQ(model_of(named("ISO-8859-2", "\xBFycie")).variables.at(0).name.display, "\xC5\xBCycie");
  EXPECT_EQ(model_of(named("Shift_JIS", "\x90\x6C")).variables.at(0).name.display, "\xE4\xBA\xBA");
  EXPECT_EQ(errors_of(named("Shift_JIS", "\xFF")), "m.xmile not-a-model\n");
}

TEST(XmileSource, RefusesWhatIsNotText) {
  EXPECT_EQ(errors_of("<xmile>\n \0</xmile>"s), "m.xmile:2:2 not-a-model\n");
  EXPECT_EQ(errors_of(""), "m.xmile:1:1 not-a-model\n");
  EXPECT_EQ(errors_of("{UTF-8}\nx = 1 ~~|"), "m.xmile:2:9 not-a-model\n");
  EXPECT_EQ(errors_of("<html></html>"), "m.xmile:1:1 not-a-model\n");
}

TEST(XmileSource, CountsCharactersAndAllLineEnds) {
  const SourceText text("a\nb\r\n\xC3\xA9x\ry");
  EXPECT_EQ(text.location(0), (SourceLocation{0, 1, 1}));
  EXPECT_EQ(text.location(2), (SourceLocation{0, 2, 1}));
  EXPECT_EQ(text.location(7), (SourceLocation{0, 3, 2}));
  EXPECT_EQ(text.location(9), (SourceLocation{0, 4, 1}));
  EXPECT_EQ(text.location(99), (SourceLocation{0, 4, 2}));
  const SourceText line(std::string(5000, 'x'));
  EXPECT_EQ(line.location(4321), (SourceLocation{0, 1, 4322}));
}

TEST(XmileSource, ReadsABareLessThanInAnEquation) {
  const auto model =
      model_of(file("<aux name=\"a\"><eqn>IF TIME<5 THEN b<c ELSE 1<=2</eqn><units>m</units></aux>"
                    "<aux name=\"b\"><eqn><![CDATA[1 < 2]]></eqn></aux>"));
  EXPECT_EQ(test::listing(model.variables[0].equations[0].expression),
            "if_then_else((`TIME` < 5), (`b` < `c`), (1 <= 2))");
  EXPECT_EQ(test::listing(model.variables[1].equations[0].expression), "(1 < 2)");
  ASSERT_EQ(model.warnings.size(), 3U);
  EXPECT_EQ(model.warnings[0].location, (SourceLocation{0, 4, 27}));
}

TEST(XmileSource, ClosesWhatWasLeftOpen) {
  const auto model =
      model_of(file("<flow name=\"f\"><eqn>1</eqn>\n<aux name=\"a\"><eqn>2<units>m</units></aux>\n"
                    "<aux name=\"b\"><eqn>3</aux>"));
  EXPECT_EQ(model.variables.size(), 3U);
  EXPECT_EQ(variable(model, "a").units, "m");
  EXPECT_EQ(model.warnings.size(), 3U);
  // Places after a repair are still those of the file.
  EXPECT_EQ(errors_of(file("<flow name=\"f\"><eqn>1</eqn>\n<aux name=\"a\"><eqn>2 +</eqn></aux>")),
            "m.xmile:5:23 syntax\n");
}

TEST(XmileSource, SaysWhereTagsDoNotMatch) {
  EXPECT_EQ(errors_of(file("</aux>")), "m.xmile:4:1 syntax\n");
  EXPECT_EQ(errors_of("<xmile>\n<model><variables>"), "m.xmile:2:8 syntax\n");
  EXPECT_EQ(errors_of("<xmile>\n<model name=\"x>"), "m.xmile:1:1 not-a-model\nm.xmile:2:1 syntax\n");
  EXPECT_EQ(errors_of("<xmile><!-- "), "m.xmile:1:1 not-a-model\nm.xmile:1:8 syntax\n");
}

TEST(XmileSource, CannotBeBombed) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(errors_of(deep), "m.xmile:1:604 too-large\n");
  const auto model = model_of("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n" +
                              file("<aux name=\"v\"><doc>&b;</doc><eqn>1</eqn></aux>"));
  EXPECT_EQ(model.variables[0].documentation, "&b;");
  const auto large = read(std::string((64U << 20U) + 1, ' '), "m.xmile");
  ASSERT_FALSE(large);
  EXPECT_EQ(test::places_and_codes(large.error()), "m.xmile too-large\n");
  // Too large for a golden file: the sentence stands here.
  EXPECT_THAT(large.error().front().message, testing::HasSubstr("larger than 64 MiB"));
}

TEST(XmileSource, MapsOffsetsBackOverInsertions) {
  Diagnostics diagnostics({"f"});
  const SourceText source("<a><b></a> <c></c>");
  const Repaired repaired = repair(source, diagnostics);
  EXPECT_EQ(repaired.text, "<a><b></b></a> <c></c>");
  EXPECT_EQ(repaired.original(5), 5U);
  EXPECT_EQ(repaired.original(8), 6U);
  EXPECT_EQ(repaired.original(10), 6U);
  EXPECT_EQ(repaired.original(15), 11U);
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
