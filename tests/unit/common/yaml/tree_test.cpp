#include "common/yaml/tree.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "common/yaml/scalar.hpp"

namespace flowyard::yaml {
namespace {

std::vector<std::string> lines_of(const Errors& errors) {
  std::vector<std::string> lines;
  for (const auto& error : errors) lines.push_back(to_string(error));
  return lines;
}

Node scalar(std::string text, Style style = Style::Plain) {
  return Node{.kind = Kind::Scalar, .style = style, .text = std::move(text), .entries = {}};
}

TEST(YamlTree, KeepsKeysInOrderWithTheirPlaces) {
  const auto document = parse("a.yaml", "b: 1\na:\n  - x\n  - {k: v}\n");
  ASSERT_TRUE(document.readable);
  ASSERT_EQ(document.root.entries.size(), 2u);
  EXPECT_EQ(document.root.entries[0].key, "b");
  const Node* list = document.root.find("a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(to_string(list->items[1].find("k")->location), "a.yaml:4:9");
}

TEST(YamlTree, ReportsEveryDuplicateKeyAndKeepsTheFirst) {
  const auto document = parse("a.yaml", "a: 1\nb: {c: 1, c: 2}\na: 3\n");
  EXPECT_TRUE(document.readable);
  EXPECT_THAT(lines_of(document.problems),
              testing::ElementsAre("a.yaml:2:11: the key 'c' stands twice in this mapping (first in line 2)",
                                   "a.yaml:3:1: the key 'a' stands twice in this mapping (first in line 1)"));
  EXPECT_EQ(document.root.find("a")->text, "1");
}

TEST(YamlTree, PlacesASyntaxError) {
  const auto document = parse("a.yaml", "a: 1\nb: [1, 2\nc: 3\n");
  EXPECT_FALSE(document.readable);
  ASSERT_EQ(document.problems.size(), 1u);
  EXPECT_EQ(document.problems[0].location.file, "a.yaml");
  EXPECT_GE(document.problems[0].location.line, 2);
}

TEST(YamlTree, NamesATabThatIndents) {
  const auto document = parse("a.yaml", "a:\n  b: 1\n\tc: 2\n");
  EXPECT_FALSE(document.readable);
  EXPECT_THAT(
      lines_of(document.problems),
      testing::ElementsAre("a.yaml:3:1: a tab stands in the indentation; YAML indents with blanks only"));
}

TEST(YamlTree, StopsAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j > 0 ? ", " : "") + last;
    text += "]\n";
  }
  const auto document = parse("bomb.yaml", text);
  EXPECT_FALSE(document.readable);
  ASSERT_EQ(document.problems.size(), 1u);
  EXPECT_EQ(document.problems[0].code, ErrorCode::Limit);
}

TEST(YamlTree, StopsDeepNestingWithAndWithoutAliases) {
  const auto brackets = parse("deep.yaml", std::string(10'000, '[') + std::string(10'000, ']'));
  EXPECT_FALSE(brackets.readable);
  const auto many = parse("deep.yaml", std::string(10'000'000, '['));
  EXPECT_EQ(many.problems.at(0).code, ErrorCode::Limit);
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  const auto aliases = parse("deep.yaml", text);
  EXPECT_FALSE(aliases.readable);
  EXPECT_EQ(aliases.problems.at(0).code, ErrorCode::Limit);
}

TEST(YamlTree, RefusesASecondDocumentAndKeysThatAreNoText) {
  EXPECT_EQ(lines_of(parse("a.yaml", "a: 1\n---\nb: 2\n").problems).at(0),
            "a.yaml:2:1: a second document starts here; the file must hold one");
  EXPECT_FALSE(parse("a.yaml", "? [1, 2]\n: x\n").readable);
}

TEST(YamlTree, MergesMappingsWithoutOverridingOwnKeys) {
  const auto document = parse("a.yaml", "base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\n");
  ASSERT_TRUE(document.readable);
  const Node* use = document.root.find("use");
  EXPECT_EQ(use->find("x")->text, "1");
  EXPECT_EQ(use->find("y")->text, "3");
}

TEST(YamlTree, ReadsAnEmptyTextAsNothing) {
  const auto document = parse("a.yaml", "");
  EXPECT_TRUE(document.readable);
  EXPECT_TRUE(document.root.is_null());
}

TEST(YamlTree, PlacesAMissingValueAtItsKey) {
  const auto document = parse("a.yaml", "a:\nb: 1\n");
  EXPECT_EQ(to_string(document.root.find("a")->location), "a.yaml:1:1");
}

TEST(YamlTree, ReadsJson) {
  const auto document = parse("a.json", R"({"name":"x","list":[1,2],"nested":{"k":null}})");
  ASSERT_TRUE(document.readable) << to_string(document.problems.at(0));
  EXPECT_TRUE(document.root.find("nested")->find("k")->is_null());
  EXPECT_EQ(document.root.find("name")->style, Style::Quoted);
}

TEST(YamlTree, PlacesAnOffsetInsideAScalar) {
  const auto document = parse("a.yaml", "plain: a + b\nquoted: 'a + b'\nblock: |\n  first\n  second\n");
  EXPECT_EQ(to_string(location_in(*document.root.find("plain"), 4)), "a.yaml:1:12");
  EXPECT_EQ(to_string(location_in(*document.root.find("quoted"), 4)), "a.yaml:2:14");
  EXPECT_EQ(to_string(location_in(*document.root.find("block"), 7)), "a.yaml:5");
}

TEST(YamlScalar, ReadsNumbersAsYamlDoes) {
  EXPECT_EQ(number_of(scalar("12")), 12.0);
  EXPECT_EQ(number_of(scalar("+.5")), 0.5);
  EXPECT_EQ(number_of(scalar("-1e-3")), -1e-3);
  EXPECT_EQ(number_of(scalar("-.inf")), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(number_of(scalar("1e999")), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*number_of(scalar(".nan"))));
  for (const char* text : {"inf", "nan", "1_000", "0x10", "12 3", "--1", "1e", "+-1", ""})
    EXPECT_FALSE(number_of(scalar(text))) << text;
  EXPECT_FALSE(number_of(scalar("12", Style::Quoted)));
}

TEST(YamlScalar, ReadsWholeNumbersAndBooleans) {
  EXPECT_EQ(integer_of(scalar("9223372036854775807")), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer_of(scalar("1e3")), 1000);
  EXPECT_FALSE(integer_of(scalar("1.5")));
  EXPECT_FALSE(integer_of(scalar("1e300")));
  EXPECT_EQ(boolean_of(scalar("true")), true);
  EXPECT_FALSE(boolean_of(scalar("yes")));
}

TEST(YamlTree, TellsWhereAQuoteOrBracketWasOpened) {
  const auto lines = [](const char* text) { return lines_of(parse("a.yaml", text).problems); };
  using testing::ElementsAre;
  EXPECT_THAT(lines("name: \"x\nb: 1\n"), ElementsAre("a.yaml:1:7: the quote opened here is not closed"));
  EXPECT_THAT(lines("a: 1\nb: 'it''s\nc: 1\n"),
              ElementsAre("a.yaml:2:4: the quote opened here is not closed"));
  EXPECT_THAT(lines("name: \"x\nmodel: \"m.yaml\"\n"),
              ElementsAre("a.yaml:1:7: the quote opened here is closed only in line 2"));
  EXPECT_THAT(lines("a: {b: [0.5, 0.6\nc: {d: [e]}\n"),
              ElementsAre("a.yaml:1:8: the '[' opened here is not closed by ']', or a comma is missing"));
  EXPECT_THAT(lines("a: {b: {c: [0.5, 0.6}\nd: 1\n"),
              ElementsAre("a.yaml:1:12: the '[' opened here is not closed: a '}' comes first, in line 1"));
  EXPECT_THAT(lines("a: [1, 2\n"),
              ElementsAre("a.yaml:1:4: the '[' opened here is not closed by ']', or a comma is missing"));
  EXPECT_THAT(lines("a: [1 {b: 2}]\n"), testing::SizeIs(1));
}

TEST(YamlTree, TakesNoQuoteOrBracketWithinATextForAnOpenOne) {
  for (const char* text :
       {"a: don't\n", "a: it's 5\" wide\n", "a: x[b\n", "a: |\n  [ \" '\nb: 1\n", "# it's [\na: 1\n",
        "a: 'it''s'\n", "a: \"x \\\" y\"\n", "a: \"two\n  lines\"\nb: 1\n", "'k': \"\"\n"})
    EXPECT_TRUE(parse("a.yaml", text).readable) << text;
  EXPECT_THAT(lines_of(parse("a.yaml", "# it's [\nb: |\n  [ \"\nc: d[e don't\nx: y: z\n").problems),
              testing::ElementsAre(
                  "a.yaml:5:5: a ':' stands where none can: is a quote, a comma or an indentation missing?"));
}

}  // namespace
}  // namespace flowyard::yaml
