// The tables of functions in docs/models.md are those of the compiler's rows. FLOWYARD_REFRESH=1 writes them
// anew.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::compiler {
namespace {

struct SectionMark {
  Section section;
  const char* name;  // as the page marks its table: <!-- functions: Arithmetic -->
};
constexpr SectionMark kMarks[] = {{Section::Arithmetic, "Arithmetic"}, {Section::Inputs, "Inputs"},
                                  {Section::Start, "Start"},           {Section::Delays, "Delays"},
                                  {Section::Tables, "Tables"},         {Section::Random, "Random"},
                                  {Section::Arrays, "Arrays"}};

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string rows_of(Section section) {
  std::string text;
  for (const Builtin& builtin : all_builtins())
    for (const Documentation& each : builtin.docs)
      if (each.section == section) text += "| " + std::string(each.row) + " |\n";
  return text;
}

// The page with the rows below each table's two lines of heading replaced.
std::string with_rows(std::string page) {
  for (const auto& [section, name] : kMarks) {
    const auto mark = page.find("<!-- functions: " + std::string(name) + " -->\n");
    if (mark == std::string::npos) return page + "\nno table is marked " + name;
    auto begin = mark;
    for (int line = 0; line < 3; ++line) begin = page.find('\n', begin) + 1;
    auto end = begin;
    while (page.compare(end, 1, "|") == 0) end = page.find('\n', end) + 1;
    page.replace(begin, end - begin, rows_of(section));
  }
  return page;
}

TEST(ModelsDocument, HasTheRowsOfTheCompiler) {
  const std::string page = slurp(FLOWYARD_MODELS_DOCUMENT);
  const std::string wanted = with_rows(page);
  if (std::getenv("FLOWYARD_REFRESH") != nullptr)
    std::ofstream(FLOWYARD_MODELS_DOCUMENT, std::ios::binary) << wanted;
  EXPECT_EQ(slurp(FLOWYARD_MODELS_DOCUMENT), wanted) << "FLOWYARD_REFRESH=1 writes the tables anew";
}

TEST(ModelsDocument, NamesEveryFunction) {
  const std::string page = slurp(FLOWYARD_MODELS_DOCUMENT);
  const std::regex name(R"re(`([A-Z][A-Z0-9 ]*)[(`])re");
  std::set<std::string> documented;
  for (std::sregex_iterator match(page.begin(), page.end(), name), end; match != end; ++match)
    documented.insert(model::key_of((*match)[1].str()));
  ASSERT_GT(all_builtins().size(), 100U);
  for (const Builtin& builtin : all_builtins())
    EXPECT_TRUE(documented.contains(std::string(builtin.name))) << builtin.name;
}

TEST(Builtins, HaveOneRowEachAndOneWayToBeLowered) {
  std::set<std::string_view> names;
  for (const Builtin& builtin : all_builtins()) {
    EXPECT_TRUE(names.insert(builtin.name).second) << builtin.name << " has two rows";
    EXPECT_NE(builtin.opcode.has_value(), builtin.lower != nullptr) << builtin.name;
    EXPECT_LE(builtin.least, builtin.most) << builtin.name;
    EXPECT_EQ(find_builtin(builtin.name), &builtin);
  }
}

}  // namespace
}  // namespace flowyard::controller::compiler
