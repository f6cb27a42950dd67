#include "common/yaml/simple.hpp"

#include <random>

#include <gtest/gtest.h>

namespace flowyard::yaml {
namespace {

std::string place(const SourcePlace& at) {
  return "@" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string shown(const Node& node) {
  const char kind = "NSQM"[static_cast<int>(node.kind)];
  std::string all =
      kind + std::to_string(static_cast<int>(node.style)) + place(node.place) + "'" + node.text + "'";
  for (const Node& item : node.items) all += "[" + shown(item) + "]";
  for (const Entry& entry : node.entries)
    all += "{" + entry.key + place(entry.place) + "=" + shown(entry.value) + "}";
  return all;
}

std::string shown(const Document& document) {
  std::string all = document.readable ? shown(document.root) : "unreadable";
  for (const Error& problem : document.problems) all += "\n" + to_string(problem);
  return all;
}

const char* const model =
    "# A model\nname: logistic   # of growth\ntime: {start: 0, stop: 100, step: 0.5}\n"
    "constants:\n  rate: 0.03\n  \"Carrying capacity\": 10000\nstocks:\n"
    "  population: {initial: 100, inflows: [births], outflows: []}\nflows:\n"
    "  births:\n    equation: rate * population * (1 - population / carrying_capacity)\n"
    "    doc: |\n      Grows.\n\n        And more.\n    units: 'people''s'\n\n"
    "  lost[a]: \"SUM(x[place!], 3)\"\nlookups:\n  effect: [[0, 1],\n    [1, 0.5]]  # falls\n"
    "empty:\nlist:\n- a\n- b: 1\n  c: ~\n- - x\n  - y\n- [k, {v: w}]\n";

TEST(SimpleYaml, ReadsAModel) {
  const auto document = parse_simple("m.yaml", model, {});
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(shown(*document), shown(parse_any("m.yaml", model, {})));
}

TEST(SimpleYaml, LeavesToYamlCppWhatIsNotPlain) {
  for (const char* text : {"a: &x 1\nb: *x\n", "--- \na: 1\n", "a: !!str 1\n", "a: >\n  x\n", "a: \"\\n\"\n",
                           "a: b\n  c\n", "a:\n\t- b\n", "a: [1, 2\n", "a: b: c\n", "", "a: 1\n  b: 2\n"})
    EXPECT_FALSE(parse_simple("m.yaml", text, {}).has_value()) << text;
}

TEST(SimpleYaml, LeavesTextsBeyondTheLimitsToYamlCpp) {
  EXPECT_FALSE(parse_simple("m.yaml", "a: [1, 2, 3]\n", {.nodes = 4}).has_value());
  EXPECT_FALSE(parse_simple("m.yaml", std::string(200, '[') + std::string(200, ']'), {}).has_value());
}

// The text with a few pieces put in, taken away or cut off.
std::string changed(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces{
      "- ",   "\n",    "  ",       ": ",       ":",      "#",      " #",  "[",     "]",    "{",
      "}",    ",",     "'",        "\"",       "|",      "|-",     "~",   "null",  "\n\n", "-",
      "?",    "\r\n",  "\xC3\xA9", "&",        "*",      "!",      "\t",  "---\n", "...",  "\n    ",
      "k:\n", "- x\n", "- - y\n",  "- k: v\n", "[1, 2]", "{a: b}", "<<: "};
  const auto below = [&](std::size_t most) { return random() % std::max<std::size_t>(most, 1); };
  const std::size_t begin = text.find('\n', below(text.size() - 200));
  text = text.substr(begin + 1, 100 + below(200));
  for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
    const std::size_t at = below(text.size());
    if (below(3) == 0)
      text.erase(at, 1 + below(3));
    else if (below(8) == 0)
      text.resize(at);
    else
      text.insert(at, pieces[below(pieces.size())]);
  }
  return text;
}

TEST(SimpleYaml, AgreesWithYamlCppOnWhateverItReads) {
  std::mt19937 random(7);
  int simple = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = changed(model, random);
    const auto document = parse_simple("m.yaml", text, {});
    if (!document) continue;
    ++simple;
    ASSERT_EQ(shown(*document), shown(parse_any("m.yaml", text, {}))) << text;
  }
  EXPECT_GT(simple, 2'000);
}

}  // namespace
}  // namespace flowyard::yaml
