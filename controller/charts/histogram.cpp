#include <algorithm>
#include <cmath>

#include "controller/charts/axis.hpp"
#include "controller/charts/chart.hpp"
#include "controller/charts/frame.hpp"
#include "controller/charts/legend.hpp"
#include "controller/charts/picture.hpp"

namespace flowyard::controller::charts {
namespace {

double count_in(const Histogram::Group& group, std::size_t bin) {
  const double count = bin < group.counts.size() ? group.counts[bin] : 0;
  return std::isfinite(count) ? count : 0;
}

// One group: bars. Several: areas that are seen through, with an outline.
void draw_group(Canvas& canvas, const Plot& plot, const Histogram& chart, std::size_t number) {
  const bool is_alone = chart.groups.size() == 1;
  const auto colour = category_colour(number);
  std::vector<Point> outline;
  for (std::size_t bin = 0; bin + 1 < chart.edges.size(); ++bin) {
    const double count = count_in(chart.groups[number], bin);
    double left = plot.across(chart.edges[bin]), right = plot.across(chart.edges[bin + 1]);
    const double top = plot.down(count), bottom = plot.down(0);
    outline.insert(outline.end(), {Point{left, top}, Point{right, top}});
    if (count == 0) continue;
    if (is_alone && right - left >= 4) {  // air between bars
      left = std::round(left) + 1;
      right = std::round(right);
    }
    canvas.fill(Box{left, top, right, bottom}, colour, is_alone ? 1 : 0.25);
  }
  if (!is_alone) canvas.line(outline, colour, 1.5);
}

Canvas draw(const Histogram& chart, Size size) {
  Canvas canvas(size.width, size.height);
  Extent counts;
  for (const auto& group : chart.groups)
    for (std::size_t bin = 0; bin + 1 < chart.edges.size(); ++bin) counts.take(count_in(group, bin));
  const bool has_values = counts.range.high > 0;
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < chart.groups.size() && has_values; ++i)
    if (!chart.groups[i].name.empty())
      entries.push_back({.name = chart.groups[i].name, .colour = category_colour(i), .opacity = 1});
  const double legend = legend_width(canvas, entries);
  const Range upwards{0, std::max(1.0, counts.range.high)};
  const auto plot =
      draw_frame(canvas, {.title = chart.title,
                          .x_title = chart.x_title,
                          .y_title = chart.y_title,
                          .x = has_values ? Range{chart.edges.front(), chart.edges.back()} : Range{},
                          .y = rounded_out(upwards, ticks_upwards(size.height - 80)),
                          .room_at_right = legend == 0 ? 0 : legend + kLegendGap});
  if (!has_values) say_no_values(canvas, plot.box);
  canvas.clip(plot.box);
  for (std::size_t i = 0; i < chart.groups.size() && has_values; ++i) draw_group(canvas, plot, chart, i);
  canvas.no_clip();
  draw_legend(canvas,
              {plot.box.right + kLegendGap, plot.box.top, canvas.width() - kMargin / 2, plot.box.bottom},
              entries);
  return canvas;
}

}  // namespace

std::string to_png(const Histogram& chart, Size size) {
  return within_limit(size, [&](Size wanted) { return draw(chart, wanted); });
}

}  // namespace flowyard::controller::charts
