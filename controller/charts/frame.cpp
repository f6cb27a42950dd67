#include "controller/charts/frame.hpp"

#include <algorithm>
#include <cmath>

namespace flowyard::controller::charts {
namespace {

// As many as stand beside each other with air between them.
Ticks ticks_across(const Canvas& canvas, Range range, double pixels) {
  Ticks ticks;
  for (int wanted = 10; wanted > 0; --wanted) {
    ticks = ticks_of(range, wanted);
    const double each = ticks.step / range.span() * pixels;
    if (canvas.text().widest(ticks.labels, kTickSize) + 14 <= each) break;
  }
  return ticks;
}

// Between two pixels, where a line of one pixel is sharp.
double sharp(double at) {
  return std::floor(at) + 0.5;
}

void draw_hairline(Canvas& canvas, Point from, Point to, Colour colour) {
  const Point points[] = {from, to};
  canvas.line(points, colour, 1);
}

}  // namespace

int ticks_upwards(double pixels) {
  return std::clamp(static_cast<int>(pixels / 45), 2, 10);
}

double room_above(const std::string& title) {
  return title.empty() ? kMargin : kMargin + kTitleSize + 12;
}

double room_below(const std::string& x_title) {
  return kTick + kGap + kTickSize + 8 + (x_title.empty() ? 4 : kLabelSize + 8);
}

void draw_title(Canvas& canvas, const std::string& title, const Box& plot) {
  const auto shown = canvas.text().cut(title, kTitleSize, canvas.width() - 2 * kMargin);
  // Over the plot, but within the picture.
  const double half = canvas.text().width(shown, kTitleSize) / 2;
  const double middle = std::clamp((plot.left + plot.right) / 2, half + kMargin,
                                   std::max(half + kMargin, canvas.width() - half - kMargin));
  canvas.write(shown, {middle, kMargin + kTitleSize - 2}, {.size = kTitleSize, .anchor = Anchor::Middle});
}

void draw_x_title(Canvas& canvas, const std::string& title, const Box& plot) {
  const auto shown = canvas.text().cut(title, kLabelSize, plot.width());
  canvas.write(shown, {(plot.left + plot.right) / 2, canvas.height() - 9.0},
               {.size = kLabelSize, .anchor = Anchor::Middle});
}

void draw_y_title(Canvas& canvas, const std::string& title, const Box& plot) {
  const auto shown = canvas.text().cut(title, kLabelSize, plot.height());
  canvas.write(shown, {kMargin + kLabelSize - 3, (plot.top + plot.bottom) / 2},
               {.size = kLabelSize, .anchor = Anchor::Middle, .direction = Direction::Up});
}

void say_no_values(Canvas& canvas, const Box& plot) {
  canvas.write("no values", {(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2 + 5},
               {.size = kTitleSize, .colour = kAxis, .anchor = Anchor::Middle});
}

Plot draw_frame(Canvas& canvas, const Frame& frame) {
  // The factor of the x axis is not known before the ticks, and they not before the box: room is kept.
  const bool has_x_title = !frame.x_title.empty() || !ticks_of(frame.x, 5).factor.empty();
  Box box{0, room_above(frame.title), canvas.width() - kMargin - frame.room_at_right,
          canvas.height() - room_below(has_x_title ? "x" : "")};
  const auto up = ticks_of(frame.y, ticks_upwards(box.height()));
  const auto y_title = with_factor(frame.y_title, up.factor);
  box.left = std::ceil(kMargin + (y_title.empty() ? 0 : kLabelSize + 8) +
                       canvas.text().widest(up.labels, kTickSize) + kGap + kTick);
  // The last label of the x axis may stand half beside the plot.
  if (frame.room_at_right == 0) box.right -= 14;
  box.right = std::floor(box.right);
  box.top = std::floor(box.top), box.bottom = std::floor(box.bottom);
  const auto across = ticks_across(canvas, frame.x, box.width());
  const Plot plot{.box = box, .x = frame.x, .y = frame.y};

  for (std::size_t i = 0; i < up.at.size(); ++i) {
    const double y = sharp(plot.down(up.at[i]) - 0.5);
    draw_hairline(canvas, {box.left, y}, {box.right, y}, kGrid);
    draw_hairline(canvas, {box.left - kTick, y}, {box.left, y}, kAxis);
    canvas.write(up.labels[i], {box.left - kTick - kGap, y + 4}, {.size = kTickSize, .anchor = Anchor::End});
  }
  for (std::size_t i = 0; i < across.at.size(); ++i) {
    const double x = sharp(plot.across(across.at[i]) - 0.5);
    draw_hairline(canvas, {x, box.top}, {x, box.bottom}, kGrid);
    draw_hairline(canvas, {x, box.bottom}, {x, box.bottom + kTick}, kAxis);
    canvas.write(across.labels[i], {x, box.bottom + kTick + kGap + kTickSize - 1},
                 {.size = kTickSize, .anchor = Anchor::Middle});
  }
  draw_hairline(canvas, {box.left - 0.5, box.top}, {box.left - 0.5, box.bottom + 1}, kAxis);
  draw_hairline(canvas, {box.left, box.bottom + 0.5}, {box.right, box.bottom + 0.5}, kAxis);
  draw_title(canvas, frame.title, box);
  draw_x_title(canvas, with_factor(frame.x_title, across.factor), box);
  draw_y_title(canvas, y_title, box);
  return plot;
}

}  // namespace flowyard::controller::charts
