#include <algorithm>
#include <cmath>

#include "controller/charts/axis.hpp"
#include "controller/charts/chart.hpp"
#include "controller/charts/frame.hpp"
#include "controller/charts/legend.hpp"
#include "controller/charts/picture.hpp"

namespace flowyard::controller::charts {
namespace {

constexpr double kBandOpacity = 0.22;

double value_at(const std::vector<double>& values, std::size_t i) {
  return i < values.size() ? values[i] : NAN;
}

// When the colours begin again; of those that are too many for the legend none is told from another.
Dashes dashes_of(std::size_t line) {
  return line >= kCategories && line < 2 * kCategories ? Dashes::Long : Dashes::None;
}

// Many lines are thin, so that each is seen.
double width_of(std::size_t lines) {
  return lines <= 12 ? 2 : lines <= 50 ? 1.3 : 0.9;
}

std::vector<LegendEntry> legend_of(const LineChart& chart) {
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < chart.lines.size(); ++i)
    if (!chart.lines[i].name.empty())
      entries.push_back({.name = chart.lines[i].name, .colour = category_colour(i), .dashes = dashes_of(i)});
  // The inner ones, which lie on those before, look darker.
  double seen_through = 1;
  for (const auto& band : chart.bands) {
    if (band.name.empty()) continue;
    seen_through *= 1 - kBandOpacity;
    entries.push_back({.name = band.name, .colour = category_colour(band.line), .opacity = 1 - seen_through});
  }
  return entries;
}

// The stretches of consecutive x at which there is a value.
template <class HasValue, class Use>
void each_stretch(std::size_t count, HasValue has_value, Use use) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!has_value(i)) continue;
    const auto first = i;
    while (i < count && has_value(i)) ++i;
    use(first, i);
  }
}

void draw_band(Canvas& canvas, const Plot& plot, const std::vector<double>& x, const LineChart::Band& band) {
  const auto has_value = [&](std::size_t i) {
    return std::isfinite(x[i]) && std::isfinite(value_at(band.low, i)) &&
           std::isfinite(value_at(band.high, i));
  };
  each_stretch(x.size(), has_value, [&](std::size_t first, std::size_t end) {
    std::vector<Point> outline;
    for (auto i = first; i < end; ++i) outline.push_back({plot.across(x[i]), plot.down(band.high[i])});
    for (auto i = end; i-- > first;) outline.push_back({plot.across(x[i]), plot.down(band.low[i])});
    canvas.fill(outline, category_colour(band.line), kBandOpacity);
  });
}

void draw_line(Canvas& canvas, const Plot& plot, const LineChart& chart, std::size_t number) {
  const auto &x = chart.x, &y = chart.lines[number].y;
  const double width = width_of(chart.lines.size());
  const auto has_value = [&](std::size_t i) { return std::isfinite(x[i]) && std::isfinite(value_at(y, i)); };
  each_stretch(x.size(), has_value, [&](std::size_t first, std::size_t end) {
    std::vector<Point> points;
    for (auto i = first; i < end; ++i) points.push_back({plot.across(x[i]), plot.down(y[i])});
    if (points.size() == 1) {  // alone, it is a dot
      const auto [at_x, at_y] = points.front();
      canvas.fill(Box{at_x - 2, at_y - 2, at_x + 2, at_y + 2}, category_colour(number));
    }
    canvas.line(points, category_colour(number), width, dashes_of(number));
  });
}

Canvas draw(const LineChart& chart, Size size) {
  Canvas canvas(size.width, size.height);
  Extent x, y;
  x.take(chart.x);
  for (const auto& line : chart.lines)
    y.take(std::span(line.y).first(std::min(line.y.size(), chart.x.size())));
  for (const auto& band : chart.bands) {
    y.take(band.low);
    y.take(band.high);
  }
  const bool has_values = x.count > 0 && y.count > 0;
  const auto entries = has_values ? legend_of(chart) : std::vector<LegendEntry>{};
  const double legend = legend_width(canvas, entries);
  const Range across = x.range.span() > 0 ? x.range : axis_of(x.range);
  const auto plot = draw_frame(
      canvas, {.title = chart.title,
               .x_title = chart.x_title,
               .y_title = chart.y_title,
               .x = has_values ? across : Range{},
               .y = has_values ? rounded_out(axis_of(y.range), ticks_upwards(size.height - 80)) : Range{},
               .room_at_right = legend == 0 ? 0 : legend + kLegendGap});
  if (!has_values) say_no_values(canvas, plot.box);
  // Half a line may stand over the edge.
  canvas.clip({plot.box.left - 1, plot.box.top - 1, plot.box.right + 1, plot.box.bottom + 1});
  if (has_values) {
    for (const auto& band : chart.bands) draw_band(canvas, plot, chart.x, band);
    // The first one on top.
    for (auto i = chart.lines.size(); i-- > 0;) draw_line(canvas, plot, chart, i);
  }
  canvas.no_clip();
  draw_legend(canvas,
              {plot.box.right + kLegendGap, plot.box.top, canvas.width() - kMargin / 2, plot.box.bottom},
              entries);
  return canvas;
}

}  // namespace

std::string to_png(const LineChart& chart, Size size) {
  return within_limit(size, [&](Size wanted) { return draw(chart, wanted); });
}

}  // namespace flowyard::controller::charts
