// What all charts have around their values: title, axes with ticks and titles, grid.
#pragma once

#include <string>

#include "controller/charts/axis.hpp"
#include "controller/charts/canvas.hpp"

namespace flowyard::controller::charts {

struct Frame {
  std::string title, x_title, y_title;
  Range x, y;
  double room_at_right = 0;  // for a legend
};

// Where the values go.
struct Plot {
  Box box;
  Range x, y;

  double across(double value) const { return box.left + x.part_of(value) * box.width(); }
  double down(double value) const { return box.bottom - y.part_of(value) * box.height(); }
};

inline constexpr int kTitleSize = 15, kLabelSize = 12, kTickSize = 11;
inline constexpr double kMargin = 12;         // around all
inline constexpr double kTick = 5, kGap = 4;  // of a tick; between it and its label

// About how many ticks an axis of that many pixels upwards has.
int ticks_upwards(double pixels);

// Draws all of it; the values come on top of the grid.
Plot draw_frame(Canvas& canvas, const Frame& frame);

// The titles alone, around a box, for charts that have other axes.
void draw_title(Canvas& canvas, const std::string& title, const Box& plot);
void draw_x_title(Canvas& canvas, const std::string& title, const Box& plot);
void draw_y_title(Canvas& canvas, const std::string& title, const Box& plot);

// In the middle of the plot, in place of values.
void say_no_values(Canvas& canvas, const Box& plot);

// Room above and below the plot.
double room_above(const std::string& title);
double room_below(const std::string& x_title);

}  // namespace flowyard::controller::charts
