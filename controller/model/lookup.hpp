// Lookup: a table of points, also called a graphical function. A plain value, as the author wrote it: the
// compiler sorts, merges equal x values and checks that every number is finite.
#pragma once

#include <optional>
#include <vector>

namespace flowyard::controller::model {

struct Point {
  double x = 0;
  double y = 0;
};

// Between points and beyond the ends. Vensim tables are Continuous; XMILE names all three.
enum class LookupMode {
  Continuous,   // linear between points, the end values outside
  Extrapolate,  // linear between points and beyond, along the first and last segment
  Discrete,     // the value of the point at or before x; the last interval is a step too
};

struct LookupRange {
  double low = 0;
  double high = 0;
};

struct Lookup {
  std::vector<Point> points = {};
  LookupMode mode = LookupMode::Continuous;
  std::optional<LookupRange> x_range = {};  // the drawn range only; computes nothing
  std::optional<LookupRange> y_range = {};
};

}  // namespace flowyard::controller::model
