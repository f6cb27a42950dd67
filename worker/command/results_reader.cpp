#include "worker/command/results_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/engine/addressing.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::command {
namespace {

template <class Named>
auto named(const std::vector<Named>& all, const std::string& name) {
  return std::ranges::find_if(all, [&](const auto& one) { return engine::same_name(one.name, name); });
}

engine::Column lane_of(const protocol::InputColumn& column, std::uint64_t at, std::uint64_t count) {
  const std::uint64_t lanes = column.shared ? 1 : count;
  engine::Column one{.name = column.name, .elements = column.elements, .values = {}};
  for (std::uint64_t e = 0; e < column.elements; ++e)
    one.values.push_back(column.values[e * lanes + (column.shared ? 0 : at)]);
  return one;
}

bool all_finite(const engine::RunInput& input) {
  const auto finite = [](double value) { return std::isfinite(value); };
  return std::ranges::all_of(input.series_parameters, [&](const auto& series) {
    return std::ranges::all_of(series.ys, [&](const auto& row) { return std::ranges::all_of(row, finite); });
  });
}

}  // namespace

ResultsReader::ResultsReader(std::shared_ptr<const engine::Program> program)
    : program_(std::move(program)), engine_(program_) {}

Interpolate ResultsReader::interpolation() const {
  return grant_->runner->interpolate ? Interpolate::Linear : Interpolate::None;
}

Result<void> ResultsReader::begin(protocol::LeaseGrant& grant) {
  grant_ = &grant;
  const auto& time = program_->time;
  auto& chosen = grant.time;
  if (!chosen.start) chosen.start = time.default_start;
  if (!chosen.stop) chosen.stop = time.default_stop;
  if (!chosen.save_every) chosen.save_every = chosen.step.value_or(time.default_save_every);
  if (!chosen.step) chosen.step = std::min(time.default_step, *chosen.save_every);
  times_ = engine::save_times({.start = *chosen.start,
                               .stop = *chosen.stop,
                               .step = *chosen.step,
                               .save_every = std::max(*chosen.save_every, *chosen.step)});
  kept_ = engine::wanted_saves(times_, grant.keep_times);
  series_.clear();
  for (const auto& output : program_->outputs) series_.push_back(output.name);
  shape_.clear();
  for (const auto& name : grant.outputs) {
    const auto output = named(program_->outputs, name);
    if (output == program_->outputs.end()) return invalid("nothing is known of the series '" + name + "'");
    shape_.push_back(output->elements);
  }
  return {};
}

Result<ScenarioResults> ResultsReader::read(const Answer& answer, std::uint64_t at) {
  ScenarioResults results;
  auto outcomes = outcomes_of(answer, at);
  if (!outcomes) return outcomes.error();
  results.outcomes = std::move(*outcomes);
  for (std::size_t s = 0; s < grant_->outputs.size(); ++s) {
    auto values = series_at(answer, grant_->outputs[s], shape_[s], times_, interpolation());
    if (!values) return values.error();
    const std::size_t width = shape_[s].size();
    std::vector<double> some;
    for (const auto row : kept_)
      some.insert(some.end(), values->begin() + static_cast<std::ptrdiff_t>(row * width),
                  values->begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    results.series.push_back(std::move(some));
  }
  return results;
}

// What the program gives is saved; parameters are not.
Result<engine::RunInput> ResultsReader::input_of(const Answer& answer, std::uint64_t at) const {
  engine::RunInput input{.seed = grant_->seed};
  input.start = grant_->time.start;
  input.stop = grant_->time.stop;
  input.step = grant_->time.step;
  input.save_every = grant_->time.save_every;
  const auto is_known = [&](const std::string& name) {
    return engine::parameter_at(*program_, name).has_value();
  };
  for (const auto& column : grant_->parameters)
    if (is_known(column.name)) input.parameters.push_back(lane_of(column, at, grant_->count));
  for (const auto& series : grant_->series_parameters)
    if (is_known(series.name))
      input.series_parameters.push_back({.name = series.name, .xs = series.times, .ys = series.values});
  for (const auto& parameter : program_->parameters) {
    if (named(program_->outputs, parameter.name) == program_->outputs.end()) continue;
    auto values = series_at(answer, parameter.name, parameter.elements, times_, interpolation());
    if (!values) return values.error();
    engine::SeriesParameter series{.name = parameter.name, .xs = times_, .ys = {}};
    const std::size_t width = parameter.elements.size();
    series.ys.assign(width, std::vector<double>(times_.size()));
    for (std::size_t t = 0; t < times_.size(); ++t)
      for (std::size_t e = 0; e < width; ++e) series.ys[e][t] = (*values)[t * width + e];
    input.series_parameters.push_back(std::move(series));
  }
  return input;
}

Result<std::vector<double>> ResultsReader::outcomes_of(const Answer& answer, std::uint64_t at) {
  engine::RunOutput output;
  bool finite = true;
  if (!program_->outcomes.empty()) {
    const auto input = input_of(answer, at);
    if (!input) return input.error();
    // The engine refuses series that are not finite, so their outcomes have no value.
    finite = all_finite(*input);
    if (finite)
      if (auto ran = engine_.run(*input, output); !ran) return ran.error();
  }
  std::vector<double> outcomes;
  for (const auto& wanted : grant_->outcomes) {
    const auto known = named(program_->outcomes, wanted.name);
    if (known == program_->outcomes.end()) {
      // The expression is a name, that of the program's number.
      const auto number = number_of(answer, wanted.expression);
      if (!number) return number.error();
      outcomes.push_back(*number);
    } else {
      const auto place = static_cast<std::size_t>(known - program_->outcomes.begin());
      outcomes.push_back(finite ? output.outcomes[place][0] : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return outcomes;
}

protocol::ResultChunk ResultsReader::chunk_of(const std::vector<ScenarioResults>& all) const {
  protocol::ResultChunk chunk;
  chunk.count = all.size();
  for (std::size_t o = 0; o < grant_->outcomes.size(); ++o) {
    chunk.outcome_names.push_back(grant_->outcomes[o].name);
    auto& values = chunk.outcomes.emplace_back();
    for (const auto& one : all) values.push_back(one.outcomes[o]);
  }
  if (!grant_->outputs.empty())
    for (const auto row : kept_) chunk.times.push_back(times_[row]);
  for (std::size_t s = 0; s < grant_->outputs.size(); ++s) {
    protocol::ResultSeries series{.name = grant_->outputs[s], .elements = shape_[s], .values = {}};
    if (shape_[s].size() == 1 && shape_[s][0].empty()) series.elements.clear();
    for (std::size_t at = 0; at < all.front().series[s].size(); ++at)
      for (const auto& one : all) series.values.push_back(one.series[s][at]);
    chunk.series.push_back(std::move(series));
  }
  return chunk;
}

}  // namespace flowyard::worker::command
