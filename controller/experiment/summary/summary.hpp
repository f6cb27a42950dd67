// Summaries of samples: moments and quantiles. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/domain/views.hpp"

namespace flowyard::controller::analysis {

// The p-quantile (0 <= p <= 1) of sorted values, by linear interpolation between order statistics (Hyndman
// and Fan 1996, definition 7, the default of R and NumPy). NaN for no values.
double quantile(const std::vector<double>& sorted, double p);

// Over the finite ones of `values`: count, mean, standard deviation (n - 1), extremes, median, 5 % and 95 %.
domain::OutcomeSummary summarize(std::string name, std::vector<double> values);

}  // namespace flowyard::controller::analysis
