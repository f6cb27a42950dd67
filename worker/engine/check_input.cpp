#include <cmath>

#include "common/base/suggest.hpp"
#include "worker/engine/addressing.hpp"
#include "worker/engine/run.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::engine {
namespace {

std::vector<std::string> parameter_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& parameter : program.parameters) names.push_back(parameter.name);
  return names;
}

std::vector<std::string> stock_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& stock : program.stocks)
    if (!stock.synthesized && (names.empty() || names.back() != stock.name)) names.push_back(stock.name);
  return names;
}

Error no_element(const NameParts& parts, const std::vector<std::string>& elements) {
  if (elements.size() == 1 && elements.front().empty())
    return invalid("'" + parts.name + "' has no subscripts");
  return invalid("'" + parts.name + "' has no element '" + parts.element + "'" +
                 suggestion(parts.element, elements));
}

Result<ParameterAddress> settable(const Program& program, const std::string& name) {
  const auto address = parameter_at(program, name);
  if (!address) {
    const auto parts = parts_of(name);
    if (!stocks_at(program, parts.name).empty())
      return invalid("'" + name + "' is a stock: set its initial value under initial, not as a parameter");
    if (const auto* whole = find_parameter(program, parts.name)) return no_element(parts, whole->elements);
    return invalid("the model has no parameter '" + name + "'" +
                   suggestion(parts.name, parameter_names(program)));
  }
  if (const auto& why = address->parameter->fixed_because; !why.empty())
    return invalid("'" + name + "' cannot be set: " + why);
  return *address;
}

Error no_stock(const Program& program, const std::string& name) {
  const auto parts = parts_of(name);
  std::vector<std::string> elements;
  for (const auto k : stocks_at(program, parts.name)) elements.push_back(program.stocks[k].element);
  if (!elements.empty()) return no_element(parts, elements);
  return invalid("the model has no stock '" + name + "'" + suggestion(parts.name, stock_names(program)));
}

Result<void> check_shape(const std::string& name, std::size_t given, std::size_t wanted, bool one_for_all) {
  if (given == wanted || (one_for_all && given == 1)) return {};
  return invalid("'" + name + "' has " + std::to_string(wanted) + " element(s), not " +
                 std::to_string(given));
}

Result<void> check_column(const Column& column, std::size_t wanted, bool one_for_all, std::size_t lanes) {
  if (auto shape = check_shape(column.name, column.elements, wanted, one_for_all); !shape) return shape;
  if (column.values.size() != column.elements * lanes)
    return invalid("'" + column.name + "' has " + std::to_string(column.values.size()) + " values for " +
                   std::to_string(lanes) + " run(s) of " + std::to_string(column.elements) + " element(s)");
  return {};
}

Result<void> check_series(const SeriesParameter& series, std::size_t elements) {
  if (series.xs.empty()) return invalid("'" + series.name + "' is a series without points");
  for (std::size_t i = 0; i < series.xs.size(); ++i) {
    if (!std::isfinite(series.xs[i]) || (i > 0 && !(series.xs[i - 1] < series.xs[i])))
      return invalid("the times of series '" + series.name + "' must be finite and increase");
  }
  if (auto shape = check_shape(series.name, series.ys.size(), elements, true); !shape) return shape;
  for (const auto& row : series.ys) {
    if (row.size() != series.xs.size())
      return invalid("series '" + series.name + "' has as many values as times only in part");
    for (const double y : row)
      if (!std::isfinite(y)) return invalid("series '" + series.name + "' has a value that is not finite");
  }
  return {};
}

Result<void> check_times(const Program& program, const RunInput& input) {
  TimeSettings settings{.start = input.start.value_or(program.time.default_start),
                        .stop = input.stop.value_or(program.time.default_stop),
                        .step = input.step.value_or(program.time.default_step),
                        .save_every = input.save_every.value_or(program.time.default_save_every)};
  for (const auto& given : {input.start, input.stop, input.step, input.save_every})
    if (given && !std::isfinite(*given)) return invalid("a time setting is not a finite number");
  if (!input.save_every && input.step && program.time.default_save_every < *input.step)
    settings.save_every = *input.step;
  // What is known only while running is checked there.
  for (const double value : {settings.start, settings.stop, settings.step, settings.save_every})
    if (std::isnan(value)) return {};
  return check_settings(settings);
}

}  // namespace

Result<void> check(const Program& program, const RunInput& input) {
  if (input.lanes == 0) return invalid("a batch needs at least one run");
  if (!input.draws.empty() && input.draws.size() != input.lanes)
    return invalid("there must be as many draws as runs");
  for (const Column& column : input.parameters) {
    auto address = settable(program, column.name);
    if (!address) return address.error();
    if (auto ok = check_column(column, address->count, true, input.lanes); !ok) return ok;
  }
  for (const SeriesParameter& series : input.series_parameters) {
    auto address = settable(program, series.name);
    if (!address) return address.error();
    if (auto ok = check_series(series, address->count); !ok) return ok;
  }
  for (const Column& column : input.initials) {
    const std::size_t elements = stocks_at(program, column.name).size();
    if (elements == 0) return no_stock(program, column.name);
    if (auto ok = check_column(column, elements, true, input.lanes); !ok) return ok;
  }
  return check_times(program, input);
}

}  // namespace flowyard::worker::engine
