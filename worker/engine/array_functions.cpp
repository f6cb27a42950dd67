#include "worker/engine/array_functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/engine/functions.hpp"

namespace flowyard::worker::engine {
namespace {

struct Curve {
  double quantity;
  double type;
  double priority;
  double width;
  double extra;
};

// A selector without its fraction; -1 for values that are no valid selector.
int choice(double number) {
  return number > -1 && number < 1000 ? static_cast<int>(number) : -1;
}

Curve curve(const double* numbers) {
  return {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
}

// The part of the quantity whose priority is above `price`, 0..1.
double fraction_above(const Curve& c, double price) {
  const double width = std::max(c.width, 1e-12);
  const double distance = (price - c.priority) / width;
  switch (choice(c.type)) {
    case 0:
      return 1.0;
    case 1:
      return std::clamp(0.5 - distance, 0.0, 1.0);
    case 2: {
      if (distance <= -0.5) return 1.0;
      if (distance >= 0.5) return 0.0;
      const double tail = 0.5 - std::abs(distance);
      const double outside = 2 * tail * tail;
      return distance < 0 ? 1 - outside : outside;
    }
    case 3:
      return 0.5 * std::erfc(distance / std::sqrt(2.0));
    case 4: {
      const double tail = 0.5 * fn::exp(-std::abs(distance));
      return distance < 0 ? 1 - tail : tail;
    }
    case 5:
      return price <= 0 ? 1.0 : 1 / (1 + fn::power(price / std::max(c.priority, 1e-12), c.extra));
    default:
      return fn::kNotAvailable;
  }
}

// The part of a supplier's quantity supplied at `price`; a fixed quantity is supplied at any price.
double fraction_supplied(const Curve& c, double price) {
  return choice(c.type) == 0 ? 1.0 : 1 - fraction_above(c, price);
}

// The distance from its priority, in widths, beyond which a curve is constant.
double reach(const Curve& c) {
  return choice(c.type) >= 3 ? 40 * std::max(c.width, 1e-12) : std::max(c.width, 1e-12);
}

struct Bounds {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(const Curve& c) {
    low = std::min(low, c.priority - reach(c));
    high = std::max(high, c.type >= 5 ? c.priority * 1e6 : c.priority + reach(c));
  }
};

// The root of a falling function, to the last bit that bisection can reach.
template <class Function>
double falling_root(Bounds bounds, const Function& excess) {
  for (int i = 0; i < 200; ++i) {
    const double middle = bounds.low + (bounds.high - bounds.low) / 2;
    if (middle == bounds.low || middle == bounds.high) break;
    (excess(middle) > 0 ? bounds.low : bounds.high) = middle;
  }
  return bounds.high;
}

constexpr int kWhole = 10;  // added to a type: in whole units

// What curve_of(i) asks for, as far as the supply goes. A curve of type 0 is the same at every price, so that
// it has no priority: such a request gets the fraction of it that the supply covers.
template <class CurveOf>
void allocate(std::uint32_t count, double supply, const CurveOf& curve_of, double* out) {
  double wanted = 0;
  Bounds bounds;
  bool priced = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Curve c = curve_of(i);
    wanted += c.quantity;
    if (choice(c.type) == 0) continue;
    bounds.include(c);
    priced = true;
  }
  if (supply >= wanted || supply <= 0) {
    for (std::uint32_t i = 0; i < count; ++i) out[i] = supply <= 0 ? 0 : curve_of(i).quantity;
    return;
  }
  const auto part = [&](std::uint32_t i, double price) {
    const Curve c = curve_of(i);
    return choice(c.type) == 0 ? c.quantity * supply / wanted : c.quantity * fraction_above(c, price);
  };
  const auto excess = [&](double price) {
    double sum = 0;
    for (std::uint32_t i = 0; i < count; ++i) sum += part(i, price);
    return sum - supply;
  };
  const double price = priced ? falling_root(bounds, excess) : 0;
  for (std::uint32_t i = 0; i < count; ++i) out[i] = part(i, price);
}

// By the largest remainders, the first of equal ones; nobody gets more than the whole units of its request.
template <class CurveOf>
void make_whole(std::uint32_t count, double supply, const CurveOf& curve_of, double* out) {
  double left = std::floor(supply);
  for (std::uint32_t i = 0; i < count; ++i) left -= std::floor(out[i]);
  for (; left >= 1; --left) {
    std::uint32_t next = count;
    for (std::uint32_t i = 0; i < count; ++i) {
      const double rest = out[i] - std::floor(out[i]);
      const bool may = rest > 0 && std::floor(out[i]) + 1 <= curve_of(i).quantity;
      if (may && (next == count || rest > out[next] - std::floor(out[next]))) next = i;
    }
    if (next == count) break;
    out[next] = std::floor(out[next]) + 1;
  }
  for (std::uint32_t i = 0; i < count; ++i) out[i] = std::floor(out[i]);
}

}  // namespace

void sort_order(const double* values, std::uint32_t count, double direction, double* out) {
  for (std::uint32_t i = 0; i < count; ++i) out[i] = i;
  std::stable_sort(out, out + count, [&](double i, double j) {
    const double a = values[static_cast<std::uint32_t>(i)];
    const double b = values[static_cast<std::uint32_t>(j)];
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
    return direction > 0 ? a < b : a > b;
  });
}

void rank(const double* values, std::uint32_t count, double direction, double* out, double* work) {
  sort_order(values, count, direction, work);
  for (std::uint32_t i = 0; i < count; ++i) out[static_cast<std::uint32_t>(work[i])] = i + 1;
}

void invert_matrix(const double* matrix, std::uint32_t n, double* out, double* work) {
  const std::size_t size = n;
  std::copy(matrix, matrix + size * size, work);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) out[i * size + j] = i == j ? 1.0 : 0.0;
  for (std::size_t column = 0; column < size; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < size; ++row)
      if (std::abs(work[row * size + column]) > std::abs(work[pivot * size + column])) pivot = row;
    const double diagonal = work[pivot * size + column];
    if (!(std::abs(diagonal) > 0)) {
      std::fill(out, out + size * size, fn::kNotAvailable);
      return;
    }
    for (std::size_t j = 0; j < size; ++j) {
      std::swap(work[pivot * size + j], work[column * size + j]);
      std::swap(out[pivot * size + j], out[column * size + j]);
    }
    for (std::size_t j = 0; j < size; ++j) {
      work[column * size + j] /= diagonal;
      out[column * size + j] /= diagonal;
    }
    for (std::size_t row = 0; row < size; ++row) {
      const double factor = work[row * size + column];
      if (row == column || factor == 0) continue;
      for (std::size_t j = 0; j < size; ++j) {
        work[row * size + j] -= factor * work[column * size + j];
        out[row * size + j] -= factor * out[column * size + j];
      }
    }
  }
}

void allocate_available(const double* profile, std::uint32_t count, double supply, double* out) {
  bool whole = false;
  for (std::uint32_t i = 0; i < count; ++i) whole = whole || choice(profile[5 * i + 1]) >= kWhole;
  const auto curve_of = [&](std::uint32_t i) {
    Curve c = curve(profile + 5 * i);
    if (choice(c.type) >= kWhole) c.type -= kWhole;
    return c;
  };
  allocate(count, supply, curve_of, out);
  if (whole) make_whole(count, supply, curve_of, out);
}

void allocate_by_priority(const double* requests, const double* priorities, std::uint32_t count, double width,
                          double supply, double* out) {
  const auto curve_of = [&](std::uint32_t i) { return Curve{requests[i], 1, priorities[i], width, 0}; };
  allocate(count, supply, curve_of, out);
}

double find_market_price(const double* demand, std::uint32_t demands, const double* supply,
                         std::uint32_t supplies) {
  Bounds bounds;
  for (std::uint32_t i = 0; i < demands; ++i) bounds.include(curve(demand + 5 * i));
  for (std::uint32_t i = 0; i < supplies; ++i) bounds.include(curve(supply + 5 * i));
  return falling_root(bounds, [&](double price) {
    double excess = 0;
    for (std::uint32_t i = 0; i < demands; ++i)
      excess += demand[5 * i] * fraction_above(curve(demand + 5 * i), price);
    for (std::uint32_t i = 0; i < supplies; ++i)
      excess -= supply[5 * i] * fraction_supplied(curve(supply + 5 * i), price);
    return excess;
  });
}

double quantity_at_price(const double* numbers, bool supplied, double price) {
  const Curve c = curve(numbers);
  return c.quantity * (supplied ? fraction_supplied(c, price) : fraction_above(c, price));
}

namespace {

// The points of a vector over an even x axis, read like those of a table.
struct Even {
  const double* values;
  std::uint32_t last;  // position
  double low;
  double width;

  double x(std::uint32_t i) const { return low + width * i; }
  std::uint32_t segment(double at) const {
    const double position = std::floor((at - low) / width);
    return position > 0 ? static_cast<std::uint32_t>(std::min<double>(position, last - 1)) : 0;
  }
  double slope(std::uint32_t i) const { return (values[i + 1] - values[i]) / width; }
  double line(double at) const {
    const std::uint32_t i = segment(at);
    return values[i] + (at - x(i)) * slope(i);
  }
  bool outside(double at) const { return at < low || at > x(last); }
  double clamped(double at) const { return line(std::clamp(at, low, x(last))); }

  // From the first x; outside either extrapolated or the end values.
  double area(double at, bool prolonged) const {
    if (at < low) return (at - low) * (prolonged ? (values[0] + line(at)) / 2 : values[0]);
    double sum = 0;
    for (std::uint32_t i = 0; i < last && x(i) < at; ++i) {
      const double until = i + 1 == last && prolonged ? at : std::min(at, x(i + 1));
      sum += (until - x(i)) * (values[i] + values[i] + (until - x(i)) * slope(i)) / 2;
    }
    return !prolonged && at > x(last) ? sum + (at - x(last)) * values[last] : sum;
  }

  double inverse(double y, bool prolonged) const {
    for (std::uint32_t i = 0; i < last; ++i) {
      const bool crossed = (values[i] <= y && y <= values[i + 1]) || (values[i] >= y && y >= values[i + 1]);
      if (crossed) return values[i] == values[i + 1] ? x(i) : x(i) + (y - values[i]) / slope(i);
    }
    const bool start = std::abs(y - values[0]) <= std::abs(y - values[last]);
    const double steepness = slope(start ? 0 : last - 1);
    if (!prolonged || steepness == 0) return start ? low : x(last);
    return (start ? low : x(last)) + (y - values[start ? 0 : last]) / steepness;
  }
};

}  // namespace

double vector_lookup(const double* numbers, std::uint32_t count) {
  const double x = numbers[0];
  if (count == 1) return numbers[4];
  const Even v{.values = numbers + 4,
               .last = count - 1,
               .low = numbers[1],
               .width = (numbers[2] - numbers[1]) / (count - 1)};
  if (x != x || !(v.width > 0)) return fn::kNotAvailable;
  switch (choice(numbers[3])) {
    case 0:
      return v.clamped(x);
    case 1:
      return v.area(x, false);
    case 2:
      return x >= v.x(v.last) ? v.values[v.last] : v.values[v.segment(x)];
    case 3:
      return v.line(x);
    case 4: {
      if (x <= v.low) return v.values[0];
      const std::uint32_t i = v.segment(x);
      return v.values[x <= v.x(i) ? i : i + 1];
    }
    case 5:
      return v.inverse(x, false);
    case 6:
      return v.outside(x) ? 0 : v.slope(v.segment(x));
    case 7:
      return v.area(x, true);
    case 8:
      return v.inverse(x, true);
    case 9:
      return v.slope(v.segment(x));
    default:
      return fn::kNotAvailable;
  }
}

}  // namespace flowyard::worker::engine
