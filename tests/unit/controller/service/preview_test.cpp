// One run of a model within the controller, and what is told of its variables.
#include "controller/service/preview.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kText = R"(name: yard
model:
  time: {start: 0, stop: 10, step: 1, units: Year}
  constants: {rate: {value: 3, units: 1/Year}}
  stocks:
    Level: {initial: 0, net: inflow, doc: How high}
  auxiliaries: {inflow: rate * 2}
parameters: {rate: [5, 6]}
)";

class PreviewOfAModel : public ::testing::Test {
 protected:
  Results<PreviewView> run(PreviewRequest wanted, const std::string& text = kText, bool goes_on = true) {
    const experiment::Bundle bundle{.file_name = "yard.yaml", .text = text, .files = {}};
    auto outcome = experiment::file::read(bundle);
    if (!outcome) return outcome.error();
    const auto loaded = std::get<experiment::file::LoadedExperiment>(std::move(*outcome));
    const auto space = experiment::design::ScenarioSpace::create(loaded.experiment);
    const auto whole = experiment::file::read_whole_model(bundle, 0);
    return preview(loaded, *whole, *space, wanted, [goes_on] { return goes_on; });
  }
  static const PreviewView::Variable& find(const PreviewView& view, const std::string& name) {
    for (const auto& variable : view.variables)
      if (variable.name == name) return variable;
    throw std::runtime_error("there is no " + name);
  }
};

TEST_F(PreviewOfAModel, TellsEachVariableWithItsRange) {
  const auto view = run({});
  ASSERT_TRUE(view);
  EXPECT_EQ(view->start, 0);
  EXPECT_EQ(view->stop, 10);
  EXPECT_EQ(view->saves, 11u);
  EXPECT_EQ(view->time_units, "Year");
  const auto& level = find(*view, "Level");
  EXPECT_EQ(level.kind, "stock");
  EXPECT_EQ(level.documentation, "How high");
  ASSERT_EQ(level.ranges.size(), 1u);
  EXPECT_EQ(level.ranges[0].first, 0);
  EXPECT_EQ(level.ranges[0].last, 100) << "ten years of twice the first value of the sweep";
  EXPECT_EQ(level.ranges[0].most, 100);
  const auto& rate = find(*view, "rate");
  EXPECT_EQ(rate.kind, "constant");
  EXPECT_EQ(rate.units, "1/Year");
  EXPECT_THAT(find(*view, "inflow").inputs, ElementsAre("rate"));
  EXPECT_TRUE(view->series.empty());
}

TEST_F(PreviewOfAModel, ChoosesTimesEvenlyWithTheFirstAndTheLast) {
  const auto view = run({.series = {"Level"}, .most_times = 3});
  ASSERT_TRUE(view);
  EXPECT_THAT(view->times, ElementsAre(0, 5, 10));
  ASSERT_EQ(view->series.size(), 1u);
  EXPECT_THAT(view->series[0].values, ElementsAre(0, 50, 100));
}

TEST_F(PreviewOfAModel, TellsWhatIsMeantByANameThatIsWrong) {
  const auto view = run({.series = {"Levl", "levels"}, .most_times = 3});
  ASSERT_FALSE(view);
  ASSERT_EQ(view.error().size(), 2u);
  EXPECT_THAT(view.error()[0].message, HasSubstr("'Level'"));
}

TEST_F(PreviewOfAModel, EndsWhereItIsNotWantedAnyMore) {
  std::string text = kText;
  text.replace(text.find("step: 1"), 7, "step: 1e-7, save_every: 1");
  const auto view = run({}, text, false);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error()[0].code, ErrorCode::Unavailable);
}

TEST_F(PreviewOfAModel, RefusesWhatItCannotKeep) {
  std::string text = kText;
  text.replace(text.find("step: 1"), 7, "step: 1e-8");
  const auto view = run({}, text);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error()[0].code, ErrorCode::Limit);
  EXPECT_THAT(view.error()[0].message, HasSubstr("time.save_every"));
}

}  // namespace
}  // namespace flowyard::controller::service
