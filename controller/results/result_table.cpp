#include "controller/results/result_table.hpp"

#include <algorithm>
#include <cmath>

#include "controller/experiment/summary/summary.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::results {
namespace {

constexpr const char* kStatistics[] = {".mean", ".sd", ".p05", ".median", ".p95", ".left_out"};

// The parameters that are a number, fixed or an axis, in some row. True for those that are an axis in one.
std::vector<std::pair<std::string, bool>> number_parameters(const experiment::Experiment& experiment) {
  std::vector<std::pair<std::string, bool>> found;
  const auto add = [&](const std::vector<experiment::ParameterSpec>& parameters) {
    for (const auto& spec : parameters) {
      const bool is_axis = std::holds_alternative<experiment::Axis>(spec.value);
      if (!is_axis && !std::holds_alternative<experiment::Fixed>(spec.value)) continue;
      const auto same =
          std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.first == spec.name; });
      if (same == found.end()) {
        found.emplace_back(spec.name, is_axis);
      } else {
        same->second = same->second || is_axis;
      }
    }
  };
  for (const auto& scenario : experiment.scenarios) add(scenario.parameters);
  for (const auto& region : experiment.regions) add(region.parameters);
  return found;
}

Cell number_cell(double value) {
  return std::isnan(value) ? Cell() : Cell(value);
}

Cell number_cell(std::uint64_t value) {
  return static_cast<double>(value);
}

std::string status_of(const ResultTable::Filling& row) {
  std::uint64_t runs = 0;
  for (const auto& range : row.asked_for) runs += range.count;
  if (row.done == runs) return row.not_finite > 0 ? "not_finite" : "done";
  if (row.failed == runs) return "failed";
  return row.done + row.failed > 0 ? "partial" : "pending";
}

}  // namespace

ResultTable::ResultTable(const experiment::Experiment& experiment,
                         const experiment::design::ScenarioSpace& space,
                         const experiment::Annotations& annotations)
    : experiment_(experiment), space_(space), is_folded_(space.most_runs_of_a_row() > 1) {
  asked_for_ = {{0, space.size()}};
  end_row_ = space.rows();
  if (experiment.only) ask_for(experiment.only->runs());
  const auto parameters = number_parameters(experiment);
  add_column("row", ColumnKind::Number, false);
  add_column("first", ColumnKind::Number, false);
  add_column("scenario", ColumnKind::Text, experiment.scenarios.size() > 1);
  add_column("region", ColumnKind::Text, !experiment.regions.empty());
  // Ours keep their names, whatever those of the user's are.
  const auto users = columns_.size();
  add_column("status", ColumnKind::Text, true);
  add_column("runs", ColumnKind::Number, is_folded_);
  add_column("cause", ColumnKind::Text, false);
  add_column("reason", ColumnKind::Text, true);
  for (const auto& [name, is_axis] : parameters) {
    parameters_.push_back(name);
    add_column(name, ColumnKind::Number, is_axis, "parameter.");
    const auto units = annotations.units.find(model::key_of(name));
    if (units != annotations.units.end()) columns_.back().unit = units->second;
  }
  const auto outcomes = columns_.size();
  for (std::size_t i = 0; i < experiment.outputs.outcomes.size(); ++i) {
    const auto& outcome = experiment.outputs.outcomes[i];
    const std::string unit = i < annotations.outcome_units.size() ? annotations.outcome_units[i] : "";
    if (!is_folded_) {
      add_column(outcome.name, ColumnKind::Number, true, "outcome.");
      columns_.back().unit = unit;
      continue;
    }
    for (const char* statistic : kStatistics) {
      add_column(outcome.name + statistic, ColumnKind::Number, true, "outcome.");
      columns_.back().outcome = outcome.name;
      if (statistic != std::string_view(".left_out")) columns_.back().unit = unit;
    }
  }
  const auto at = [this](std::size_t column) {
    return columns_.begin() + static_cast<std::ptrdiff_t>(column);
  };
  // status, runs, cause, reason | parameters | outcomes, to parameters | status, runs | outcomes | cause,
  // reason
  std::rotate(at(users), at(users + 4), at(outcomes));
  std::rotate(at(outcomes - 2), at(outcomes), columns_.end());
}

void ResultTable::add_column(std::string name, ColumnKind kind, bool is_shown, const char* prefix) {
  const auto is_taken = [&] {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const ResultColumn& other) { return other.name == name; });
  };
  while (is_taken()) name = prefix + name;
  columns_.push_back({.name = std::move(name), .kind = kind, .is_shown = is_shown, .outcome = {}});
}

// Within a group, which is of one round, rows rise with the scenarios.
void ResultTable::ask_for(std::vector<experiment::IndexRange> ranges) {
  asked_for_ = std::move(ranges);
  first_row_ = end_row_;
  std::uint64_t last = 0;
  for (const auto& range : asked_for_) {
    for (auto at = range.first; at < range.end();) {
      const auto end = std::min(range.end(), space_.group_end(at));
      first_row_ = std::min(first_row_, space_.row_of(at));
      last = std::max(last, space_.row_of(end - 1));
      at = end;
    }
  }
  end_row_ = last + 1;
}

ResultTable::Filling ResultTable::begin(std::uint64_t row) const {
  Filling filling{.row = space_.row(row), .asked_for = {}, .outcomes = {}, .failure = {}};
  for (const auto& range : filling.row.runs) {
    for (const auto& some : asked_for_) {
      const auto asked_for = overlap(range, some);
      if (asked_for.count > 0) filling.asked_for.push_back(asked_for);
    }
  }
  filling.outcomes.resize(experiment_.outputs.outcomes.size());
  return filling;
}

void ResultTable::add(Filling& row, experiment::IndexRange part, const ResultBlock& block) const {
  const auto common = overlap(part, block.range);
  if (common.count == 0) return;
  row.done += common.count;
  const auto from = static_cast<std::ptrdiff_t>(common.first - block.range.first);
  const auto to = from + static_cast<std::ptrdiff_t>(common.count);
  for (std::size_t i = 0; i < row.outcomes.size() && i < block.outcomes.size(); ++i) {
    const auto& values = block.outcomes[i];
    row.outcomes[i].insert(row.outcomes[i].end(), values.begin() + from, values.begin() + to);
  }
}

void ResultTable::add(Filling& row, const experiment::FailedScenario& failed) const {
  if (row.failed++ == 0) row.failure = failed;
  if (failed.cause == experiment::DeathCause::NotFinite && row.done > 0) --row.done;
}

ResultRow ResultTable::finish(Filling row) const {
  ResultRow finished{.number = row.row.number, .cells = {}};
  auto& cells = finished.cells;
  cells.reserve(columns_.size());
  cells.push_back(number_cell(row.row.number));
  cells.push_back(number_cell(row.row.runs.front().first));
  cells.emplace_back(experiment_.scenarios[row.row.named].name);
  cells.push_back(experiment_.regions.empty() ? Cell() : Cell(experiment_.regions[row.row.region].name));
  for (const auto& name : parameters_) {
    const auto setting = std::find_if(row.row.settings.begin(), row.row.settings.end(),
                                      [&](const experiment::Setting& one) { return one.name == name; });
    const auto* number = setting == row.row.settings.end() ? nullptr : std::get_if<double>(&setting->value);
    cells.push_back(number ? number_cell(*number) : Cell());
  }
  cells.emplace_back(status_of(row));
  cells.push_back(number_cell(row.done));
  for (auto& values : row.outcomes) {
    if (!is_folded_) {
      cells.push_back(values.empty() ? Cell() : number_cell(values.front()));
      continue;
    }
    const auto summary = experiment::summary::summarize({}, std::move(values));
    for (const double value : {summary.mean, summary.sd, summary.p05, summary.median, summary.p95})
      cells.push_back(number_cell(value));
    cells.push_back(number_cell(summary.left_out));
  }
  const bool has_failed = row.failed > 0;
  cells.push_back(has_failed ? Cell(std::string(to_string(row.failure.cause))) : Cell());
  cells.push_back(has_failed ? Cell(std::string(to_string(row.failure.cause)) + ": " + row.failure.reason)
                             : Cell());
  return finished;
}

}  // namespace flowyard::controller::results
