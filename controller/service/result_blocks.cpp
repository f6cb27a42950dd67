#include "controller/service/result_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "controller/experiment/summary/summary.hpp"
#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {

Result<results::ResultBlock> block_of(const store::ChunkRow& row, const std::string& worker) {
  auto chunk = worker::protocol::from_columns<worker::protocol::ResultChunk>(row.body);
  if (!chunk) return chunk.error();
  results::ResultBlock block;
  block.range = row.range;
  block.outcome_names = std::move(chunk->outcome_names);
  block.outcomes = std::move(chunk->outcomes);
  block.times = std::move(chunk->times);
  for (auto& series : chunk->series) {
    block.series.push_back({.name = std::move(series.name),
                            .elements = std::move(series.elements),
                            .values = std::move(series.values)});
  }
  block.worker = worker;
  block.compute_seconds = row.compute_seconds;
  return block;
}

Summaries::Summaries(const experiment::Experiment& experiment, const experiment::design::ScenarioSpace& space)
    : experiment_(experiment), space_(space) {}

// Only what has one value within the line is shown; what varies is in the tables of a checkout.
void Summaries::note_parameters(Line& line, const results::ResultBlock& block) const {
  auto& shown = line.summary.parameters;
  const auto group = space_.group_of(block.range.first);
  experiment::ScenarioColumns columns;
  space_.fill(block.range.first, block.range.count, columns);
  if (line.summary.iterations == 0) {
    for (const auto& setting : group.common) {
      if (const auto* number = std::get_if<double>(&setting.value)) shown[setting.name] = *number;
    }
    for (std::size_t i = 0; i < group.varying.size(); ++i)
      shown[group.varying[i].name] = columns.values[i].front();
  }
  for (std::size_t i = 0; i < group.varying.size(); ++i) {
    const auto same = shown.find(group.varying[i].name);
    if (same == shown.end()) continue;
    const auto differs = [&](double value) { return value != same->second; };
    if (std::any_of(columns.values[i].begin(), columns.values[i].end(), differs)) shown.erase(same);
  }
}

void Summaries::add(const results::ResultBlock& block) {
  const auto group = space_.group_of(block.range.first);
  const auto [entry, is_new] = lines_.try_emplace({group.first, block.worker});
  Line& line = entry->second;
  if (is_new) line.first = block.range.first;
  const auto& named = experiment_.scenarios[group.named];
  line.summary.worker = block.worker;
  line.summary.title = named.title;
  line.summary.scenario = named.name;
  if (!experiment_.regions.empty()) line.summary.region = experiment_.regions[group.region].name;
  note_parameters(line, block);
  line.summary.iterations += block.range.count;
  line.summary.total_seconds += block.compute_seconds;
  if (outcome_names_.empty()) {
    outcome_names_ = block.outcome_names;
    values_.resize(outcome_names_.size());
  }
  for (std::size_t i = 0; i < block.outcomes.size() && i < values_.size(); ++i) {
    auto& [sum, count] = line.sums[block.outcome_names[i]];
    line.values_of[block.outcome_names[i]] += block.outcomes[i].size();
    for (double value : block.outcomes[i]) {
      values_[i].push_back(value);
      if (!std::isfinite(value)) continue;
      sum += value;
      ++count;
    }
  }
}

std::vector<service::ScenarioSummary> Summaries::lines(std::size_t at_most) const {
  std::map<std::uint64_t, const Line*> in_order;
  for (const auto& [key, line] : lines_) in_order[line.first] = &line;
  std::vector<service::ScenarioSummary> all;
  for (const auto& [first, line] : in_order) {
    if (all.size() == at_most) break;
    auto summary = line->summary;
    summary.per_iteration_seconds = summary.total_seconds / static_cast<double>(summary.iterations);
    for (const auto& [name, sum] : line->sums) {
      summary.outcomes[name] = sum.second > 0 ? sum.first / static_cast<double>(sum.second)
                                              : std::numeric_limits<double>::quiet_NaN();
      const std::uint64_t left_out = line->values_of.at(name) - sum.second;
      if (left_out > 0) summary.left_out[name] = left_out;
    }
    all.push_back(std::move(summary));
  }
  return all;
}

std::vector<experiment::summary::OutcomeSummary> Summaries::outcomes() const {
  std::vector<experiment::summary::OutcomeSummary> all;
  for (std::size_t i = 0; i < outcome_names_.size(); ++i) {
    all.push_back(experiment::summary::summarize(outcome_names_[i], values_[i]));
  }
  return all;
}

}  // namespace flowyard::controller::service
