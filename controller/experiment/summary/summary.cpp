#include "controller/experiment/summary/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flowyard::controller::experiment::summary {

double quantile(const std::vector<double>& sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

OutcomeSummary summarize(std::string name, std::vector<double> values) {
  const auto left_out = std::erase_if(values, [](double x) { return !std::isfinite(x); });
  std::sort(values.begin(), values.end());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  OutcomeSummary summary;
  summary.name = std::move(name);
  summary.count = values.size();
  summary.left_out = left_out;
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (double x : values) sum += x;
  summary.mean = values.empty() ? nan : sum / n;
  // Once more for what the sum was rounded by, so that equal values have just that mean and no deviation.
  double rounded = 0;
  for (double x : values) rounded += x - summary.mean;
  if (!values.empty()) summary.mean += rounded / n;
  double squares = 0;
  for (double x : values) squares += (x - summary.mean) * (x - summary.mean);
  summary.sd = values.size() > 1 ? std::sqrt(squares / (n - 1)) : nan;
  summary.min = quantile(values, 0);
  summary.max = quantile(values, 1);
  summary.median = quantile(values, 0.5);
  summary.p05 = quantile(values, 0.05);
  summary.p95 = quantile(values, 0.95);
  return summary;
}

}  // namespace flowyard::controller::experiment::summary
