#include "controller/results/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/engine/addressing.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::controller::results {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Two that are no number, or the same infinity, are the same.
double apart(double first, double second) {
  if (first == second || (std::isnan(first) && std::isnan(second))) return 0;
  const double difference = std::abs(first - second);
  return std::isnan(difference) ? kInfinite : difference;
}

double relative_to(double difference, double first, double second) {
  if (difference == 0) return 0;
  const double size = std::max(std::abs(first), std::abs(second));
  return std::isfinite(difference) && size > 0 ? difference / size : kInfinite;
}

bool same_times(const std::vector<double>& first, const std::vector<double>& second) {
  const double between = first.size() > 1 ? first[1] - first[0] : 1;
  return std::equal(first.begin(), first.end(), second.begin(), second.end(), [&](double one, double other) {
    return worker::engine::is_same_save(one, other, between);
  });
}

template <class Named, class Name>
auto named(const Named& all, const std::string& name, Name name_of) {
  return std::find_if(all.begin(), all.end(),
                      [&](const auto& one) { return worker::engine::same_name(name_of(one), name); });
}

void note(Difference& largest, double first, double second, std::uint64_t scenario,
          const std::string& element, std::optional<double> time) {
  ++largest.compared;
  const double absolute = apart(first, second);
  if (absolute <= largest.absolute && largest.compared > 1) return;
  largest.absolute = absolute;
  largest.relative = relative_to(absolute, first, second);
  largest.scenario = scenario;
  largest.element = element;
  largest.time = time;
  largest.first = first;
  largest.second = second;
}

// The place of each element of `first` among those of `second`; nothing where they are not the same.
std::optional<std::vector<std::size_t>> matched(const std::vector<std::string>& first,
                                                const std::vector<std::string>& second) {
  std::vector<std::size_t> places;
  if (first.size() != second.size()) return std::nullopt;
  for (const auto& element : first) {
    const auto found = std::find_if(second.begin(), second.end(), [&](const std::string& other) {
      return worker::engine::same_element(element, other);
    });
    if (found == second.end()) return std::nullopt;
    places.push_back(static_cast<std::size_t>(found - second.begin()));
  }
  if (places.empty()) places.push_back(0);
  return places;
}

}  // namespace

Difference& Comparison::difference(const std::string& name, const char* kind) {
  const auto known = std::find_if(differences_.begin(), differences_.end(), [&](const Difference& one) {
    return one.name == name && one.kind == kind;
  });
  if (known != differences_.end()) return *known;
  return differences_.emplace_back(Difference{.name = name, .kind = kind, .element = {}, .time = {}});
}

bool Comparison::add(const ResultBlock& first, const ResultBlock& second, experiment::IndexRange range) {
  scenarios_ += range.count;
  const auto in_first = range.first - first.range.first, in_second = range.first - second.range.first;
  for (std::size_t o = 0; o < first.outcome_names.size(); ++o) {
    const auto other =
        named(second.outcome_names, first.outcome_names[o], [](const std::string& name) { return name; });
    if (other == second.outcome_names.end()) continue;
    const auto place = static_cast<std::size_t>(other - second.outcome_names.begin());
    auto& largest = difference(first.outcome_names[o], "outcome");
    for (std::uint64_t s = 0; s < range.count; ++s)
      note(largest, first.outcomes[o][in_first + s], second.outcomes[place][in_second + s], range.first + s,
           "", std::nullopt);
  }
  if (first.series.empty() || second.series.empty()) return true;
  if (!same_times(first.times, second.times)) return false;
  for (const auto& series : first.series) {
    const auto other = named(second.series, series.name, [](const auto& one) { return one.name; });
    if (other == second.series.end()) continue;
    const auto places = matched(series.elements, other->elements);
    if (!places) continue;
    auto& largest = difference(series.name, "series");
    const auto width = places->size();
    for (std::size_t t = 0; t < first.times.size(); ++t) {
      for (std::size_t e = 0; e < width; ++e) {
        const double* left = &series.values[(t * width + e) * first.range.count + in_first];
        const double* right = &other->values[(t * width + (*places)[e]) * second.range.count + in_second];
        for (std::uint64_t s = 0; s < range.count; ++s)
          note(largest, left[s], right[s], range.first + s, series.elements.empty() ? "" : series.elements[e],
               first.times[t]);
      }
    }
  }
  return true;
}

}  // namespace flowyard::controller::results
