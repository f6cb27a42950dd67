// Summaries of samples: moments and quantiles. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flowyard::controller::experiment::summary {

// The p-quantile (0 <= p <= 1) of sorted values, by linear interpolation between order statistics (Hyndman
// and Fan 1996, definition 7, the default of R and NumPy). NaN for no values.
double quantile(const std::vector<double>& sorted, double p);

struct OutcomeSummary {
  std::string name;
  std::uint64_t count = 0;     // finite values
  std::uint64_t left_out = 0;  // others, which count in nothing else here
  double mean = 0, sd = 0, min = 0, max = 0, median = 0, p05 = 0, p95 = 0;
};

// Over the finite ones of `values`: count, mean, standard deviation (n - 1), extremes, median, 5 % and 95 %.
OutcomeSummary summarize(std::string name, std::vector<double> values);

}  // namespace flowyard::controller::experiment::summary
