// Every XMILE file of the conformance cases is read without error; what they compute is tested elsewhere.
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "controller/model/xmile/read.hpp"
#include "tests/support/conformance_folder.hpp"

namespace flowyard::controller::model::xmile {
namespace {

std::set<std::string> xmile_cases(const std::filesystem::path& folder) {
  std::ifstream table(folder / "cases.tsv");
  std::set<std::string> files;
  for (std::string line; std::getline(table, line);) {
    const std::string file = line.substr(0, line.find('\t'));
    if (file.ends_with(".xmile") || file.ends_with(".stmx")) files.insert(file);
  }
  return files;
}

TEST(XmileRead, ReadsEveryConformanceCase) {
  const auto folder = test::conformance_folder(FLOWYARD_SOURCE_DIR);
  if (folder.empty()) GTEST_SKIP() << "there is no folder of conformance cases; set FLOWYARD_CONFORMANCE";
  const auto files = xmile_cases(folder);
  EXPECT_GT(files.size(), 10U);
  for (const auto& file : files) {
    std::ifstream in(folder / file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto model = read(bytes, file);
    if (model) {
      EXPECT_FALSE(model->variables.empty()) << file;
      continue;
    }
    for (const auto& error : model.error()) ADD_FAILURE() << to_string(error);
  }
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
