// Charts: plain values that describe a chart, and their drawings as PNG. Knows nothing of experiments. Pure:
// the same values give the same bytes; any thread. NaN and infinite values are not drawn: they break a line
// and leave a cell empty. A chart without any value is drawn, and says so. Text is UTF-8; what does not fit
// is cut and ends in an ellipsis.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::charts {

// In pixels.
struct Size {
  int width = 720, height = 440;

  static constexpr int kLeast = 200, kMost = 1600;  // of either
};

// No PNG is larger: it has fewer colours instead and, where that does not help, fewer pixels than were asked
// for.
inline constexpr std::size_t kMostBytes = 100'000;

struct LineChart {
  struct Line {
    std::string name;       // in the legend; empty: not there
    std::vector<double> y;  // at each x
  };
  // The area between two lines.
  struct Band {
    std::string name;
    std::vector<double> low, high;  // at each x
    std::size_t line = 0;           // the one whose colour it has
  };

  std::string title, x_title, y_title;
  std::vector<double> x;  // rising
  std::vector<Line> lines;
  std::vector<Band> bands;  // below the lines, the first one lowest
};

struct Histogram {
  struct Group {
    std::string name;
    std::vector<double> counts;  // one for each bin
  };

  std::string title, x_title, y_title;
  std::vector<double> edges;  // rising; of the bins, one more than there are
  std::vector<Group> groups;
};

struct HeatMap {
  std::string title, x_title, y_title, value_title;
  std::vector<std::string> x_labels, y_labels;  // of columns from the left, of rows from below
  std::vector<double> values;                   // [row * columns + column]
};

std::string to_png(const LineChart& chart, Size size = {});
std::string to_png(const Histogram& chart, Size size = {});
std::string to_png(const HeatMap& chart, Size size = {});

}  // namespace flowyard::controller::charts
