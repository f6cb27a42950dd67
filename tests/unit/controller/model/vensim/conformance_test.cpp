// Every Vensim file of the conformance cases is read without error; what they compute is tested elsewhere.
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "controller/model/vensim/reader.hpp"
#include "tests/support/conformance_folder.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::set<std::string> vensim_cases(const std::filesystem::path& folder) {
  std::ifstream table(folder / "cases.tsv");
  std::set<std::string> files;
  for (std::string line; std::getline(table, line);) {
    const std::string file = line.substr(0, line.find('\t'));
    if (file.ends_with(".mdl")) files.insert(file);
  }
  return files;
}

TEST(VensimReader, ReadsEveryConformanceCase) {
  const auto folder = test::conformance_folder(FLOWYARD_SOURCE_DIR);
  if (folder.empty()) GTEST_SKIP() << "there is no folder of conformance cases; set FLOWYARD_CONFORMANCE";
  const auto files = vensim_cases(folder);
  EXPECT_GT(files.size(), 80U);
  for (const auto& file : files) {
    std::ifstream in(folder / file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto model = read(bytes, file);
    if (model) {
      EXPECT_GE(model->variables.size(), 4U) << file;
      continue;
    }
    for (const auto& error : model.error()) ADD_FAILURE() << to_string(error);
  }
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
