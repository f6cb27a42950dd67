// Small models against the listings of their compiled programs, one pair of files a case: NAME.yaml and
// NAME.listing. FLOWYARD_REFRESH=1 writes the listings anew; read the difference before committing it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/yaml/read.hpp"
#include "worker/engine/describe.hpp"

namespace flowyard::controller {
namespace {

namespace engine = worker::engine;
namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TEST(Listings, AreWhatTheyWere) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(FLOWYARD_GOLDEN_FOLDER)) {
    if (entry.path().extension() != ".yaml") continue;
    ++cases;
    const auto model = model::yaml::read(text_of(entry.path()), entry.path().filename().string());
    ASSERT_TRUE(model) << to_string(model.error().front());
    const auto program =
        compiler::compile(*model, {.series = {"result"}, .outcomes = {{"final", "last(result) / 2", {}}}});
    ASSERT_TRUE(program) << to_string(program.error().front());
    fs::path listing = entry.path();
    listing.replace_extension(".listing");
    if (std::getenv("FLOWYARD_REFRESH")) std::ofstream(listing) << engine::describe(*program);
    EXPECT_EQ(engine::describe(*program), text_of(listing)) << entry.path();
  }
  EXPECT_GE(cases, 4);
}

}  // namespace
}  // namespace flowyard::controller
