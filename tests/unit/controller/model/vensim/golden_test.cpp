// Small models beside their listings: golden/NAME.mdl is read and listed as golden/NAME.listing says.
// FLOWYARD_REFRESH_GOLDEN=1 writes the listings anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "controller/model/vensim/reader.hpp"
#include "tests/support/model_listing.hpp"

namespace flowyard::controller::model::vensim {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string outcome(const std::filesystem::path& file) {
  const auto model = read(contents(file), file.filename().string());
  if (model) return test::listing(*model);
  std::string out;
  for (const auto& error : model.error()) out += to_string(error) + "\n";
  return out;
}

TEST(VensimReader, GivesTheModelsOfTheListings) {
  const bool refresh = std::getenv("FLOWYARD_REFRESH_GOLDEN") != nullptr;
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(FLOWYARD_GOLDEN_FOLDER)) {
    if (entry.path().extension() != ".mdl") continue;
    const std::string found = outcome(entry.path());
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".listing");
    if (refresh) std::ofstream(expected, std::ios::binary) << found;
    EXPECT_EQ(found, contents(expected)) << entry.path();
    ++compared;
  }
  EXPECT_GE(compared, 5);
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
