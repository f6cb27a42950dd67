#include "controller/experiment/file/model_names.hpp"

#include <algorithm>
#include <set>

#include "common/base/suggest.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "worker/engine/addressing.hpp"
#include "worker/engine/run.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::controller::experiment::file {
namespace {

namespace engine = worker::engine;
using experiment::Target;

// The parameter as engine input, with one value each, to check shapes and names; the values are known to be
// finite.
engine::RunInput trial(const experiment::ParameterSpec& spec) {
  engine::RunInput input;
  input.start = 0;  // a sound run: times are not the parameter's errors
  input.stop = input.step = input.save_every = 1;
  if (const auto* series = std::get_if<experiment::Series>(&spec.value)) {
    engine::SeriesParameter parameter{.name = spec.name, .xs = {}, .ys = {{}}};
    for (const auto& point : series->points) {
      parameter.xs.push_back(point.time);
      parameter.ys[0].push_back(point.value);
    }
    input.series_parameters.push_back(std::move(parameter));
    return input;
  }
  engine::Column column{.name = spec.name, .elements = 1, .values = {0}};
  if (const auto* array = std::get_if<experiment::Array>(&spec.value)) {
    column.elements = array->values.size();
    column.values = array->values;
  }
  (spec.target == Target::InitialValue ? input.initials : input.parameters).push_back(std::move(column));
  return input;
}

// Why a variable that the model has is not one to be set, or nothing if it can be or is unknown.
std::optional<std::string> misplaced(const experiment::ParameterSpec& spec, const LoadedModel& loaded) {
  const auto* variable = variable_named(loaded.model, spec.name);
  if (variable == nullptr) return std::nullopt;
  const bool is_stock = variable->kind == model::VariableKind::Stock;
  const bool is_parameter =
      engine::find_parameter(*loaded.program, engine::parts_of(spec.name).name) != nullptr;
  if (spec.target == Target::Parameter) {
    if (is_stock)
      return "'" + spec.name + "' is a stock, not a parameter: set its value at the start under 'initial:'";
    if (variable->kind == model::VariableKind::Data)
      return "'" + spec.name + "' is fed with data: give it with a file under 'data:'";
    if (!is_parameter) return "'" + spec.name + "' is computed by the model, so it cannot be set";
    return std::nullopt;
  }
  if (is_stock) return std::nullopt;
  return "'" + spec.name + "' is not a stock" +
         (is_parameter ? ": set it under 'parameters:'" : ", so it has no value at the start");
}

std::string spelling(const experiment::ParameterSpec& spec, const LoadedModel& loaded) {
  const auto [base, element] = engine::parts_of(spec.name);
  const auto* variable = variable_named(loaded.model, spec.name);
  const auto* parameter = engine::find_parameter(*loaded.program, base);
  const std::string name =
      variable != nullptr ? variable->name.display : (parameter != nullptr ? parameter->name : base);
  return element.empty() ? name : name + "[" + element + "]";
}

// Trees are limited in depth.
void add_names(const model::Expression& e, std::set<std::string>& keys) {
  if (!e.name.empty()) keys.insert(e.name.key);
  for (const auto& argument : e.arguments) add_names(argument, keys);
}

}  // namespace

const model::Variable* variable_named(const model::Model& model, const std::string& name) {
  const model::Name wanted(engine::parts_of(name).name);
  const auto found = std::find_if(model.variables.begin(), model.variables.end(),
                                  [&](const model::Variable& v) { return v.name == wanted; });
  return found == model.variables.end() ? nullptr : &*found;
}

std::optional<experiment::ParameterSpec> settable(const ParsedParameter& parameter, const LoadedModel& loaded,
                                                  model::Diagnostics& found) {
  const auto& spec = parameter.spec;
  // The state of a user's program is unknown.
  if (loaded.stands_in && spec.target == Target::InitialValue) return spec;
  if (const auto why = misplaced(spec, loaded)) {
    found.error(parameter.name_location, DiagnosticCode::WrongKind, *why);
    return std::nullopt;
  }
  if (loaded.stands_in && variable_named(loaded.model, spec.name) == nullptr) {
    std::vector<std::string> names;
    for (const auto& variable : loaded.model.variables) names.push_back(variable.name.display);
    found.error(parameter.name_location, DiagnosticCode::UnknownName,
                "the program has no parameter '" + spec.name + "'" + suggestion(spec.name, names) +
                    "; those that it has stand under 'inputs:' of its runner");
    return std::nullopt;
  }
  if (const auto checked = engine::check(*loaded.program, trial(spec)); !checked) {
    found.error(parameter.name_location, DiagnosticCode::WrongValue, checked.error().message);
    return std::nullopt;
  }
  return experiment::ParameterSpec{spelling(spec, loaded), spec.target, spec.value};
}

void check_time(const experiment::TimeSettings& time, const FileLocation& location, const LoadedModel& loaded,
                model::Diagnostics& found) {
  engine::RunInput input;
  input.start = time.start;
  input.stop = time.stop;
  input.step = time.step;
  input.save_every = time.save_every;
  if (const auto checked = engine::check(*loaded.program, input); !checked)
    found.error(location, DiagnosticCode::WrongValue, checked.error().message);
}

void check_own_time(const std::vector<experiment::ParameterSpec>& parameters, const LoadedModel& loaded,
                    model::Diagnostics& found) {
  auto diagnostics = compiler::time_errors(loaded.model, *loaded.program);
  if (diagnostics.empty()) return;
  const model::TimeSettings& time = loaded.model.time;
  std::set<std::string> keys;
  for (const auto* setting : {&time.start, &time.stop, &time.step, &time.save_every})
    add_names(*setting, keys);
  // What stands in their equations, and in those of what stands there.
  for (std::size_t before = 0; before != keys.size();) {
    before = keys.size();
    for (const auto& variable : loaded.model.variables)
      if (keys.contains(variable.name.key))
        for (const auto& equation : variable.equations) add_names(equation.expression, keys);
  }
  const bool mended = std::any_of(
      parameters.begin(), parameters.end(),
      [&](const experiment::ParameterSpec& set) { return keys.contains(model::key_of(set.name)); });
  if (!mended) found.errors(diagnostics);
}

void check_output_times(const std::vector<double>& times, const experiment::TimeSettings& settings,
                        const FileLocation& location, const LoadedModel& loaded, model::Diagnostics& found) {
  const auto& own = loaded.program->time;
  engine::TimeSettings grid{.start = settings.start.value_or(own.default_start),
                            .stop = settings.stop.value_or(own.default_stop),
                            .step = settings.step.value_or(own.default_step),
                            .save_every = settings.save_every.value_or(own.default_save_every)};
  if (!settings.save_every && settings.step) grid.save_every = std::max(grid.save_every, *settings.step);
  // Known only while running, or reported already.
  if (own.varies || !engine::check_settings(grid)) return;
  const auto shown = [](double number) { return experiment::describe(experiment::Fixed{number}); };
  const double slack = grid.step * 1e-5;
  for (const double time : times) {
    const bool is_run = time >= grid.start - slack && time <= grid.stop + slack;
    if (is_run && engine::saves_at(grid, time)) continue;
    return found.error(location, DiagnosticCode::WrongTime,
                       "no run saves time " + shown(time) + ": from " + shown(grid.start) + " to " +
                           shown(grid.stop) + " each " + shown(grid.save_every) +
                           " is saved (time: {save_every: ...} sets it)");
  }
}

std::vector<StockName> stocks_of(const model::Model& model) {
  std::vector<StockName> stocks;
  for (const auto& variable : model.variables) {
    if (variable.kind != model::VariableKind::Stock) continue;
    const bool is_scalar =
        variable.dimensions.empty() &&
        std::all_of(variable.equations.begin(), variable.equations.end(),
                    [](const model::Equation& equation) { return equation.subscripts.empty(); });
    stocks.push_back({variable.name.display, is_scalar});
  }
  return stocks;
}

}  // namespace flowyard::controller::experiment::file
