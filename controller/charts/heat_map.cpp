#include <algorithm>
#include <cmath>

#include "controller/charts/axis.hpp"
#include "controller/charts/chart.hpp"
#include "controller/charts/frame.hpp"
#include "controller/charts/picture.hpp"

namespace flowyard::controller::charts {
namespace {

constexpr double kBarGap = 18, kBarWidth = 16;

std::vector<std::string> cut(const Canvas& canvas, const std::vector<std::string>& labels, double most) {
  std::vector<std::string> shown;
  for (const auto& label : labels) shown.push_back(canvas.text().cut(label, kTickSize, most));
  return shown;
}

// Every how manyeth label is written where each cell and each label takes so much room: 1, 2, 5, 10, 20, ...
std::size_t stride_of(double cell, double label) {
  return label <= cell ? 1 : static_cast<std::size_t>(std::lround(nice_step(label / cell, 1)));
}

// The edge of a column or row, on a whole pixel, so that no cell runs into another.
double edge(double from, double extent, std::size_t number, std::size_t count) {
  return from + std::round(extent * static_cast<double>(number) / static_cast<double>(count));
}

void draw_cells(Canvas& canvas, const Box& box, const HeatMap& chart, Range range) {
  const auto columns = chart.x_labels.size(), rows = chart.y_labels.size();
  canvas.fill(box, kNoValue);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const auto place = row * columns + column;
      if (place >= chart.values.size() || !std::isfinite(chart.values[place])) continue;
      const Box cell{
          edge(box.left, box.width(), column, columns), edge(box.bottom, -box.height(), row + 1, rows),
          edge(box.left, box.width(), column + 1, columns), edge(box.bottom, -box.height(), row, rows)};
      canvas.fill(cell, level_colour(range.span() > 0 ? range.part_of(chart.values[place]) : 0.5));
    }
  }
}

void draw_labels(Canvas& canvas, const Box& box, const std::vector<std::string>& across,
                 const std::vector<std::string>& up) {
  const double column = box.width() / static_cast<double>(std::max<std::size_t>(1, across.size()));
  for (std::size_t i = 0; i < across.size();
       i += stride_of(column, canvas.text().widest(across, kTickSize) + 8)) {
    const double middle = box.left + (static_cast<double>(i) + 0.5) * column;
    const Point tick[] = {{middle, box.bottom}, {middle, box.bottom + kTick}};
    canvas.line(tick, kAxis, 1);
    canvas.write(across[i], {middle, box.bottom + kTick + kGap + kTickSize},
                 {.size = kTickSize, .anchor = Anchor::Middle});
  }
  const double row = box.height() / static_cast<double>(std::max<std::size_t>(1, up.size()));
  for (std::size_t i = 0; i < up.size(); i += stride_of(row, kTickSize + 5)) {
    const double middle = box.bottom - (static_cast<double>(i) + 0.5) * row;
    const Point tick[] = {{box.left - kTick, middle}, {box.left, middle}};
    canvas.line(tick, kAxis, 1);
    canvas.write(up[i], {box.left - kTick - kGap, middle + 4}, {.size = kTickSize, .anchor = Anchor::End});
  }
}

// What the colours mean.
void draw_colour_bar(Canvas& canvas, const Box& bar, Range range, const Ticks& ticks) {
  for (int level = 0; level < kLevels; ++level) {
    const auto at = static_cast<std::size_t>(level);
    canvas.fill(Box{bar.left, edge(bar.bottom, -bar.height(), at + 1, kLevels), bar.right,
                    edge(bar.bottom, -bar.height(), at, kLevels)},
                level_colour((level + 0.5) / kLevels));
  }
  for (std::size_t i = 0; i < ticks.at.size(); ++i) {
    const double y = bar.bottom - range.part_of(ticks.at[i]) * bar.height();
    const Point tick[] = {{bar.right, y}, {bar.right + kTick, y}};
    canvas.line(tick, kAxis, 1);
    canvas.write(ticks.labels[i], {bar.right + kTick + kGap, y + 4}, {.size = kTickSize});
  }
}

Canvas draw(const HeatMap& chart, Size size) {
  Canvas canvas(size.width, size.height);
  Extent values;
  values.take(chart.values);
  const bool has_values = values.count > 0 && !chart.x_labels.empty() && !chart.y_labels.empty();
  const Range range = values.range;

  Box box{0, room_above(chart.title), 0, size.height - room_below(chart.x_title)};
  const auto ticks = ticks_of(range.span() > 0 ? range : axis_of(range), ticks_upwards(box.height()));
  const auto value_title = with_factor(chart.value_title, ticks.factor);
  const double bar_room = kBarGap + kBarWidth + kTick + kGap + canvas.text().widest(ticks.labels, kTickSize) +
                          (value_title.empty() ? 0 : kLabelSize + 10);
  const auto up = cut(canvas, chart.y_labels, size.width / 5.0);
  box.left = std::ceil(kMargin + (chart.y_title.empty() ? 0 : kLabelSize + 8) +
                       canvas.text().widest(up, kTickSize) + kGap + kTick);
  box.right = std::floor(size.width - kMargin - (has_values ? bar_room : 0));
  box.top = std::floor(box.top), box.bottom = std::floor(box.bottom);

  draw_title(canvas, chart.title, box);
  draw_x_title(canvas, chart.x_title, box);
  draw_y_title(canvas, chart.y_title, box);
  if (!has_values) {
    canvas.fill(box, kNoValue);
    say_no_values(canvas, box);
    return canvas;
  }
  draw_cells(canvas, box, chart, range);
  const auto columns = static_cast<double>(chart.x_labels.size());
  draw_labels(canvas, box, cut(canvas, chart.x_labels, std::max(90.0, box.width() / columns - 8)), up);
  const Box bar{box.right + kBarGap, box.top, box.right + kBarGap + kBarWidth, box.bottom};
  draw_colour_bar(canvas, bar, range.span() > 0 ? range : axis_of(range), ticks);
  const auto shown = canvas.text().cut(value_title, kLabelSize, box.height());
  canvas.write(shown, {size.width - kMargin + 3, (box.top + box.bottom) / 2},
               {.size = kLabelSize, .anchor = Anchor::Middle, .direction = Direction::Up});
  return canvas;
}

}  // namespace

std::string to_png(const HeatMap& chart, Size size) {
  return within_limit(size, [&](Size wanted) { return draw(chart, wanted); });
}

}  // namespace flowyard::controller::charts
