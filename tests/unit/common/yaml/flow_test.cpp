#include "common/yaml/flow.hpp"

#include <gtest/gtest.h>

namespace flowyard::yaml {
namespace {

TEST(Flow, WritesATreeOnOneLineThatReadsBackAsTheSame) {
  const char* text =
      "a: 0.03\n"
      "b:\n- 3\n- 10-19\n- -1e3\n- .inf\n"
      "c: {normal: [1, 0.1], min: 0}\n"
      "d: 'yes, \"we\" can: {'\n"
      "e: |\n  two\n  lines\n"
      "f:\n"
      "'g: h': '-'\n"
      "i: '7'\n"
      "j: a, b\n";
  const auto written = flow_text(parse("", text).root);
  EXPECT_EQ(written,
            R"({a: 0.03, b: [3, 10-19, -1e3, .inf], c: {normal: [1, 0.1], min: 0}, d: "yes, \"we\" can: {", )"
            R"(e: "two\nlines\n", f: null, "g: h": "-", i: "7", j: "a, b"})");
  const auto again = parse("", written);
  EXPECT_TRUE(again.problems.empty());
  EXPECT_EQ(flow_text(again.root), written);
}

TEST(Flow, QuotesATextThatWouldBeSomethingElse) {
  EXPECT_EQ(quoted("sweep-2"), "sweep-2");
  for (const char* text : {"7", "1e3", "true", "null", "~", "", "-x", "a: b", "a\tb", "# no"}) {
    const auto node = parse("", quoted(text)).root;
    EXPECT_TRUE(node.is_scalar()) << text;
    EXPECT_EQ(node.style, Style::Quoted) << text;
    EXPECT_EQ(node.text, text);
  }
}

}  // namespace
}  // namespace flowyard::yaml
