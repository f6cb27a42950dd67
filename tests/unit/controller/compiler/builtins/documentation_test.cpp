// docs/models.md against the compiler's table of functions, read from its source.
#include <fstream>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "controller/model/name.hpp"

namespace flowyard::controller::compiler {
namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> all(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    found.insert(model::key_of((*match)[1].str()));
  return found;
}

TEST(ModelsDocument, NamesEveryFunctionOfTheCompiler) {
  const auto functions = all(slurp(FLOWYARD_FUNCTIONS), R"re(\{"([a-z0-9_]+)", (?:plain|with)\()re");
  const auto documented = all(slurp(FLOWYARD_MODELS_DOCUMENT), R"re(`([A-Z][A-Z0-9 ]*)[(`])re");
  ASSERT_GT(functions.size(), 100u);
  for (const auto& function : functions) EXPECT_TRUE(documented.contains(function)) << function;
}

}  // namespace
}  // namespace flowyard::controller::compiler
