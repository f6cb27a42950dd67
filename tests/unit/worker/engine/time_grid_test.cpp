#include "worker/engine/time_grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::worker::engine {
namespace {

using testing::ElementsAre;

std::vector<double> by_steps(const TimeSettings& s) {
  std::vector<double> times;
  for (std::uint64_t n = 0; n <= steps_of(s); ++n) {
    const double now = s.start + static_cast<double>(n) * s.step;
    if (saves_at(s, now)) times.push_back(now);
  }
  return times;
}

TEST(TimeGrid, FindsTheSavesWithoutGoingThroughTheSteps) {
  for (const double step : {0.1, 0.125, 1.0 / 3, 0.25, 1.0, 0.3})
    for (const double every : {0.1, 0.25, 0.5, 1.0, 2.0, 0.9, 10.0, 1000.0})
      for (const double start : {0.0, -3.0, 1900.0, 0.7}) {
        const TimeSettings s{.start = start, .stop = start + 37, .step = step, .save_every = every};
        EXPECT_EQ(save_times(s), by_steps(s)) << step << " " << every << " " << start;
        EXPECT_LE(static_cast<double>(save_times(s).size()), saves_about(s));
      }
}

TEST(TimeGrid, IsQuickForAThousandMillionSteps) {
  EXPECT_THAT(save_times({.start = 0, .stop = 1e6, .step = 1e-3, .save_every = 5e5}),
              ElementsAre(0, 5e5, 1e6));
}

}  // namespace
}  // namespace flowyard::worker::engine
