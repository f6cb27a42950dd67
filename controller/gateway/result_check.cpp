#include "controller/gateway/result_check.hpp"

#include <algorithm>
#include <cmath>

namespace flowyard::controller::gateway {
namespace {

using experiment::ExpectedResults;
using worker::protocol::ResultChunk;
using worker::protocol::ResultSeries;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

std::vector<std::string> names_of(const auto& named) {
  std::vector<std::string> names;
  for (const auto& one : named) names.push_back(one.name);
  return names;
}

std::string misfit_of_outcomes(const ResultChunk& chunk, const ExpectedResults& expected) {
  if (chunk.outcome_names != expected.outcomes)
    return "its outcomes are " + listed(chunk.outcome_names) + ", and were to be " +
           listed(expected.outcomes);
  if (chunk.outcomes.size() != chunk.outcome_names.size())
    return "it has values of " + std::to_string(chunk.outcomes.size()) + " outcomes and names of " +
           std::to_string(chunk.outcome_names.size());
  for (std::size_t at = 0; at < chunk.outcomes.size(); ++at) {
    if (chunk.outcomes[at].size() != chunk.count)
      return "outcome '" + chunk.outcome_names[at] + "' has " + std::to_string(chunk.outcomes[at].size()) +
             " values for " + std::to_string(chunk.count) + " scenarios";
  }
  return "";
}

// Two saves are the same where they differ by less than a hundred-thousandth of what lies between saves: a
// worker in another language may reach them by other sums.
std::string misfit_of_times(const ResultChunk& chunk, const ExpectedResults& expected) {
  const auto& times = chunk.times;
  const bool rises = std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
  if (!rises || !std::all_of(times.begin(), times.end(), [](double time) { return std::isfinite(time); }))
    return "its times do not rise";
  if (!expected.times || expected.series.empty()) return "";
  const double apart = times.size() > 1 ? times[1] - times[0] : 1;
  const auto same = [&](double one, double other) { return std::abs(one - other) <= 1e-5 * apart; };
  if (!std::equal(times.begin(), times.end(), expected.times->begin(), expected.times->end(), same))
    return "its " + std::to_string(times.size()) + " times are not the " +
           std::to_string(expected.times->size()) + " that the experiment saves";
  return "";
}

std::string misfit_of_series(const ResultChunk& chunk, const ResultSeries& series,
                             const ExpectedResults::Series& expected) {
  if (series.elements != expected.elements)
    return "series '" + series.name + "' has the elements " + listed(series.elements) + ", and was to have " +
           listed(expected.elements);
  const auto values = chunk.times.size() * std::max<std::size_t>(1, series.elements.size()) * chunk.count;
  if (series.values.size() != values)
    return "series '" + series.name + "' has " + std::to_string(series.values.size()) + " values for " +
           std::to_string(values);
  return "";
}

}  // namespace

std::string misfit_of(const ResultChunk& chunk, const ExpectedResults& expected) {
  if (!std::isfinite(chunk.compute_seconds) || chunk.compute_seconds < 0)
    return "its compute_seconds are no time that anything can take";
  if (auto misfit = misfit_of_outcomes(chunk, expected); !misfit.empty()) return misfit;
  if (auto misfit = misfit_of_times(chunk, expected); !misfit.empty()) return misfit;
  if (names_of(chunk.series) != names_of(expected.series))
    return "its series are " + listed(names_of(chunk.series)) + ", and were to be " +
           listed(names_of(expected.series));
  for (std::size_t at = 0; at < chunk.series.size(); ++at) {
    if (auto misfit = misfit_of_series(chunk, chunk.series[at], expected.series[at]); !misfit.empty())
      return misfit;
  }
  return "";
}

std::vector<experiment::IndexRange> not_finite_in(const ResultChunk& chunk, const ExpectedResults& expected) {
  std::vector<bool> odd(chunk.count);
  // Values of all scenarios follow each other.
  const auto look_at = [&](const std::vector<double>& values) {
    for (std::size_t at = 0; at < values.size(); ++at)
      if (!std::isfinite(values[at])) odd[at % chunk.count] = true;
  };
  for (std::size_t at = 0; at < chunk.outcomes.size(); ++at)
    if (at >= expected.may_be_undefined.size() || !expected.may_be_undefined[at]) look_at(chunk.outcomes[at]);
  for (const auto& series : chunk.series) look_at(series.values);
  std::vector<experiment::IndexRange> runs;
  for (std::size_t at = 0; at < odd.size(); ++at) {
    if (!odd[at]) continue;
    const auto index = chunk.first + at;
    if (!runs.empty() && runs.back().end() == index) {
      ++runs.back().count;
    } else {
      runs.push_back({index, 1});
    }
  }
  return runs;
}

}  // namespace flowyard::controller::gateway
