#include "controller/charts/legend.hpp"

#include <algorithm>

namespace flowyard::controller::charts {
namespace {

constexpr int kSize = 11;
constexpr double kLineHeight = 18, kSample = 22, kNameGap = 6;

// The names that are written, and what is said of the others.
std::size_t shown(const std::vector<LegendEntry>& entries, double height) {
  const auto room = static_cast<std::size_t>(std::max(1.0, height / kLineHeight));
  if (entries.size() <= std::min(kMostNames, room)) return entries.size();
  return std::min(kMostNames, room - 1);
}

std::string more(std::size_t count) {
  return "and " + std::to_string(count) + " more";
}

}  // namespace

double legend_width(const Canvas& canvas, const std::vector<LegendEntry>& entries) {
  if (entries.empty()) return 0;
  double widest = 0;
  for (std::size_t i = 0; i < std::min(entries.size(), kMostNames); ++i)
    widest = std::max(widest, canvas.text().width(entries[i].name, kSize) + kSample + kNameGap);
  if (entries.size() > kMostNames)
    widest = std::max(widest, canvas.text().width(more(entries.size() - kMostNames), kSize));
  return std::min(widest + 1, canvas.width() / 3.0);
}

void draw_legend(Canvas& canvas, const Box& box, const std::vector<LegendEntry>& entries) {
  const auto count = shown(entries, box.height());
  double middle = box.top + kLineHeight / 2;
  for (std::size_t i = 0; i < count; ++i, middle += kLineHeight) {
    const auto& entry = entries[i];
    const double end = box.left + kSample;
    if (entry.opacity > 0) {
      canvas.fill(Box{box.left, middle - 5, end, middle + 5}, entry.colour, entry.opacity);
    } else {
      const Point points[] = {{box.left, middle}, {end, middle}};
      canvas.line(points, entry.colour, 2, entry.dashes);
    }
    const auto name = canvas.text().cut(entry.name, kSize, box.right - end - kNameGap);
    canvas.write(name, {end + kNameGap, middle + 4}, {.size = kSize});
  }
  if (count < entries.size())
    canvas.write(canvas.text().cut(more(entries.size() - count), kSize, box.width()), {box.left, middle + 4},
                 {.size = kSize, .colour = kAxis});
}

}  // namespace flowyard::controller::charts
