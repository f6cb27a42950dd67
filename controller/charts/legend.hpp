// The legend: names beside the plot, each with a sample of how it is drawn.
#pragma once

#include <string>
#include <vector>

#include "controller/charts/canvas.hpp"

namespace flowyard::controller::charts {

inline constexpr std::size_t kMostNames = 12;  // the others are counted: "and 88 more"

struct LegendEntry {
  std::string name;
  Colour colour;
  double opacity = 0;  // of an area; 0: a line
  Dashes dashes = Dashes::None;
};

inline constexpr double kLegendGap = 16;  // between the plot and it

// So much room it needs at the right, at most a third of the width; 0 for no entries.
double legend_width(const Canvas& canvas, const std::vector<LegendEntry>& entries);

// In the given box, from above.
void draw_legend(Canvas& canvas, const Box& box, const std::vector<LegendEntry>& entries);

}  // namespace flowyard::controller::charts
