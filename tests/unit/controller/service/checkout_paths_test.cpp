#include "controller/service/checkout_paths.hpp"

#include <gmock/gmock.h>

namespace flowyard::controller::service {
namespace {

std::vector<std::string> paths_of(const experiment::Bundle& bundle) {
  std::vector<std::string> paths;
  for (const auto& file : bundle.files) paths.push_back(file.path);
  return paths;
}

TEST(CheckoutPaths, KeepFilesWhereTheExperimentNamesThem) {
  const experiment::Bundle bundle{"e.yaml", "name: x\nmodel: ./models/m.mdl\n", {{"./models/m.mdl", "m"}}};
  const auto placed = for_checkout(bundle).value();
  EXPECT_THAT(paths_of(placed), ::testing::ElementsAre("models/m.mdl"));
  EXPECT_EQ(placed.text, bundle.text);
}

TEST(CheckoutPaths, BringInsideWhatLiesOutsideAndSaySo) {
  const experiment::Bundle bundle{
      "e.yaml", "name: x\n", {{"../m.mdl", "a"}, {"/abs/m.mdl", "b"}, {"../../m.mdl", "c"}, {"d.csv", "d"}}};
  const auto placed = for_checkout(bundle).value();
  EXPECT_THAT(paths_of(placed),
              ::testing::ElementsAre("files/m.mdl", "files/abs/m.mdl", "files/m-2.mdl", "d.csv"));
  EXPECT_EQ(placed.text,
            "name: x\noverrides:\n"
            "  files: {../m.mdl: files/m.mdl, /abs/m.mdl: files/abs/m.mdl, ../../m.mdl: files/m-2.mdl}\n");
  // Checked out once more, it is as it was.
  const auto again = for_checkout(placed).value();
  EXPECT_EQ(again.text, placed.text);
  EXPECT_EQ(paths_of(again), paths_of(placed));
}

TEST(CheckoutPaths, LeaveRoomForWhatACheckoutWritesItself) {
  const auto placed = for_checkout(
      {"e.yaml", "name: x\n", {{"outcomes.csv", ""}, {"workers/a.csv", ""}, {"in/outcomes.csv", ""}}});
  EXPECT_THAT(paths_of(placed.value()),
              ::testing::ElementsAre("files/outcomes.csv", "files/workers/a.csv", "in/outcomes.csv"));
}

}  // namespace
}  // namespace flowyard::controller::service
