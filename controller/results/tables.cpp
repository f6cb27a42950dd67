#include "controller/results/tables.hpp"

#include <algorithm>

namespace flowyard::controller::results {
namespace {

std::vector<std::string> setting_names(const experiment::Experiment& experiment) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<experiment::ParameterSpec>& parameters) {
    for (const auto& parameter : parameters) {
      if (std::find(names.begin(), names.end(), parameter.name) == names.end())
        names.push_back(parameter.name);
    }
  };
  for (const auto& scenario : experiment.scenarios) add(scenario.parameters);
  for (const auto& region : experiment.regions) add(region.parameters);
  return names;
}

const experiment::Setting* find(const std::vector<experiment::Setting>& settings, const std::string& name) {
  for (const auto& setting : settings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

}  // namespace

ScenarioTable::ScenarioTable(const experiment::Experiment& experiment, const TableFormat& format)
    : experiment_(experiment), columns_(setting_names(experiment)), rows_(format.open()) {
  rows_->cell("scenario")
      .cell("named_scenario")
      .cell("region")
      .cell("point")
      .cell("sample")
      .cell("replication")
      .cell("status")
      .cell("cause")
      .cell("worker");
  for (const auto& column : columns_) rows_->cell(column);
  rows_->end_row();
}

void ScenarioTable::add(const experiment::ScenarioPoint& point, const ScenarioStatus& status) {
  rows_->cell(point.index).cell(experiment_.scenarios[point.named].name);
  rows_->cell(experiment_.regions.empty() ? std::string() : experiment_.regions[point.region].name);
  rows_->cell(point.point).cell(point.sample).cell(point.replication);
  rows_->cell(status.status).cell(status.cause).cell(status.worker);
  for (const auto& column : columns_) {
    const auto* setting = find(point.settings, column);
    const auto* number = setting ? std::get_if<double>(&setting->value) : nullptr;
    if (number) {
      rows_->cell(*number);
    } else {
      rows_->cell(setting ? "(see experiment)" : "");
    }
  }
  rows_->end_row();
}

void OutcomeTable::add(const ResultBlock& block, std::uint64_t scenario) {
  if (!begun_) {
    rows_->cell("scenario");
    for (const auto& name : block.outcome_names) rows_->cell(name);
    rows_->end_row();
    begun_ = true;
  }
  rows_->cell(scenario);
  for (const auto& outcome : block.outcomes) rows_->cell(outcome[scenario - block.range.first]);
  rows_->end_row();
}

void SeriesTable::head(const ResultBlock& block) {
  rows_->cell("scenario").cell("time");
  for (const auto& series : block.series) {
    if (series.elements.empty()) rows_->cell(series.name);
    for (const auto& element : series.elements) {
      rows_->cell(element.empty() ? series.name : series.name + "[" + element + "]");
    }
  }
  rows_->end_row();
}

void SeriesTable::add(const ResultBlock& block, std::uint64_t scenario) {
  if (block.series.empty()) return;
  if (!begun_) head(block);
  begun_ = true;
  const auto count = block.range.count, i = scenario - block.range.first;
  for (std::size_t saved = 0; saved < block.times.size(); ++saved) {
    rows_->cell(scenario).cell(block.times[saved]);
    for (const auto& series : block.series) {
      const std::size_t width = std::max<std::size_t>(1, series.elements.size());
      for (std::size_t e = 0; e < width; ++e) rows_->cell(series.values[(saved * width + e) * count + i]);
    }
    rows_->end_row();
  }
}

}  // namespace flowyard::controller::results
