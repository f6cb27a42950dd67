#include "controller/results/across_regions.hpp"

#include <cmath>

namespace flowyard::controller::results {
namespace {

double combine(experiment::Aggregate aggregate, double so_far, double next) {
  if (std::isnan(next)) return next;
  switch (aggregate) {
    case experiment::Aggregate::Sum:
    case experiment::Aggregate::Mean:
      return so_far + next;
    case experiment::Aggregate::Min:
      return next < so_far ? next : so_far;
    case experiment::Aggregate::Max:
      return next > so_far ? next : so_far;
  }
  return so_far;
}

}  // namespace

std::vector<double> across(experiment::Aggregate aggregate, const std::vector<std::vector<double>>& series) {
  if (series.empty()) return {};
  std::vector<double> result = series.front();
  for (std::size_t region = 1; region < series.size(); ++region) {
    for (std::size_t saved = 0; saved < result.size(); ++saved) {
      result[saved] = combine(aggregate, result[saved], series[region][saved]);
    }
  }
  if (aggregate == experiment::Aggregate::Mean) {
    for (double& value : result) value /= static_cast<double>(series.size());
  }
  return result;
}

}  // namespace flowyard::controller::results
