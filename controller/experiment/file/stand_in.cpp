#include "controller/experiment/file/stand_in.hpp"

#include <algorithm>

#include "controller/model/formula/expression_parser.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using model::Expression;

// Of the experiment, its scenarios and its regions.
template <class Use>
void for_each_parameter(const ParsedExperiment& parsed, Use use) {
  for (const auto& parameter : parsed.parameters) use(parameter);
  for (const auto& scenario : parsed.scenarios)
    for (const auto& parameter : scenario.parameters) use(parameter);
  for (const auto& region : parsed.regions)
    for (const auto& parameter : region.parameters) use(parameter);
}

// "share" of "share[north]".
std::string whole_name(const std::string& name) {
  return name.substr(0, name.find('['));
}

void add_constant(const std::string& name, double value, model::Model& model) {
  model::Variable variable;
  variable.name = model::Name(name);
  variable.kind = model::VariableKind::Constant;
  variable.equations.push_back({.expression = model::number(value)});
  model.variables.push_back(std::move(variable));
}

// An array of numbers has a dimension of its own, whose elements are 1, 2, 3, ...
void add_array(const std::string& name, const std::vector<double>& values, model::Model& model) {
  model::Dimension dimension{.name = model::Name("elements of " + name)};
  Expression literal{.kind = Expression::Kind::ArrayLiteral};
  literal.row_length = static_cast<int>(values.size());
  for (std::size_t at = 0; at < values.size(); ++at) {
    dimension.members.push_back(model::Name(name + " " + std::to_string(at + 1)));
    literal.arguments.push_back(model::number(values[at]));
  }
  model::Variable variable;
  variable.name = model::Name(name);
  variable.kind = model::VariableKind::Constant;
  variable.equations.push_back(
      {.subscripts = {model::subscript(dimension.name)}, .expression = std::move(literal)});
  model.dimensions.push_back(std::move(dimension));
  model.variables.push_back(std::move(variable));
}

// A series that the program gives, by its subscripts where it has some.
void add_series(const std::string& name, const ParsedRunner& runner, model::Model& model) {
  add_constant(name, 0, model);
  const auto given = std::find_if(runner.subscripts.begin(), runner.subscripts.end(), [&](const auto& one) {
    return model::Name(one.series) == model.variables.back().name;
  });
  if (given == runner.subscripts.end()) return;
  auto& equation = model.variables.back().equations.front();
  for (const auto& dimension : given->dimensions)
    equation.subscripts.push_back(model::subscript(model::Name(dimension)));
}

const model::Variable* find(const model::Model& model, const std::string& name) {
  const model::Name wanted(name);
  const auto found = std::find_if(model.variables.begin(), model.variables.end(),
                                  [&](const model::Variable& one) { return one.name == wanted; });
  return found == model.variables.end() ? nullptr : &*found;
}

void add_input(const experiment::ParameterSpec& spec, model::Model& model) {
  const std::string name = whole_name(spec.name);
  if (find(model, name) != nullptr) return;
  if (const auto* array = std::get_if<experiment::Array>(&spec.value)) {
    add_array(name, array->values, model);
  } else {
    const auto* fixed = std::get_if<experiment::Fixed>(&spec.value);
    add_constant(name, fixed != nullptr ? fixed->value : 0, model);
  }
}

// Names of variables in an outcome. Trees are limited in depth.
void add_references(const Expression& e, std::vector<std::string>& names) {
  if (e.kind == Expression::Kind::Reference) names.push_back(e.name.display);
  for (const auto& argument : e.arguments) add_references(argument, names);
}

std::vector<std::string> series_of(const ParsedExperiment& parsed) {
  std::vector<std::string> names;
  for (const auto& series : parsed.outputs.series) names.push_back(whole_name(series.text));
  for (const auto& across : parsed.outputs.across_regions) names.push_back(whole_name(across.series.text));
  for (const auto& outcome : parsed.outputs.outcomes) {
    if (is_given_by_program(parsed, outcome.expression.text)) continue;
    if (const auto tree = model::formula::parse_expression(outcome.expression.text, {}))
      add_references(*tree, names);
  }
  return names;
}

void set_time(const ParsedExperiment& parsed, bool has_series, model::Model& model,
              model::Diagnostics& found) {
  const auto& time = parsed.time.settings;
  const bool each_has = !parsed.scenarios.empty() &&
                        std::all_of(parsed.scenarios.begin(), parsed.scenarios.end(),
                                    [](const auto& one) { return one.time.settings.stop.has_value(); });
  if (has_series && !time.stop && !each_has)
    found.error(parsed.runner->location, DiagnosticCode::WrongValue,
                "the times of the program's series are those that the experiment saves: say which, with "
                "time: {start: 0, stop: 100, save_every: 1}");
  const double start = time.start.value_or(0);
  const double save_every = time.save_every.value_or(time.step.value_or(1));
  model.time.start = model::number(start);
  model.time.stop = model::number(time.stop.value_or(start));
  model.time.step = model::number(time.step.value_or(save_every));
  model.time.save_every = model::number(save_every);
}

}  // namespace

bool is_given_by_program(const ParsedExperiment& parsed, const std::string& expression) {
  const auto tree = model::formula::parse_expression(expression, {});
  if (!tree || tree->kind != Expression::Kind::Reference || !tree->subscripts.empty()) return false;
  bool is_parameter = false;
  const auto same = [&](const ParsedParameter& one) {
    is_parameter |= model::Name(whole_name(one.spec.name)) == tree->name;
  };
  for (const auto& input : parsed.runner->inputs) same(input);
  for_each_parameter(parsed, same);
  return !is_parameter;
}

StandIn stand_in(const ParsedExperiment& parsed, model::Diagnostics& found) {
  StandIn made;
  model::Model& model = made.model;
  model.name = model::Name(parsed.experiment.name);
  model.files = {""};
  for (const auto& input : parsed.runner->inputs) add_input(input.spec, model);
  // Without a list of inputs any name is one.
  if (!parsed.runner->inputs_given)
    for_each_parameter(parsed, [&](const ParsedParameter& one) {
      if (one.spec.target == experiment::Target::Parameter) add_input(one.spec, model);
    });
  for (const auto& [name, elements] : parsed.runner->dimensions) {
    model::Dimension dimension{.name = model::Name(name)};
    for (const auto& element : elements) dimension.members.push_back(model::Name(element));
    model.dimensions.push_back(std::move(dimension));
  }
  const auto inputs = model.variables.size();
  for (const auto& name : series_of(parsed)) {
    if (find(model, name) != nullptr) continue;
    add_series(name, *parsed.runner, model);
    made.series.push_back(name);
  }
  for (const auto& series : parsed.outputs.series) {
    const auto* variable = find(model, whole_name(series.text));
    if (static_cast<std::size_t>(variable - model.variables.data()) < inputs)
      found.error(series.node.location, DiagnosticCode::WrongKind,
                  "'" + series.text + "' is a parameter of the program, not a series that it gives");
  }
  set_time(parsed, !made.series.empty(), model, found);
  return made;
}

StandIn stand_in(const model::Model& model, const worker::engine::Program& program,
                 const experiment::Outputs& outputs) {
  std::vector<std::string> wanted, names;
  for (const auto& series : outputs.series) wanted.push_back(whole_name(series));
  for (const auto& outcome : outputs.outcomes)
    if (const auto tree = model::formula::parse_expression(outcome.expression, {}))
      add_references(*tree, names);
  StandIn made;
  made.model.name = model.name;
  made.model.dialect = model.dialect;
  made.model.files = model.files;
  made.model.zero_outside = model.zero_outside;
  made.model.dimensions = model.dimensions;
  const auto add_given = [&](const model::Variable& real) {
    model::Variable series;
    series.name = real.name;
    series.kind = model::VariableKind::Constant;
    series.dimensions = real.dimensions;
    for (const auto& equation : real.equations)
      series.equations.push_back({.subscripts = equation.subscripts,
                                  .except = equation.except,
                                  .expression = model::number(0),
                                  .location = equation.location});
    made.series.push_back(series.name.display);
    made.model.variables.push_back(std::move(series));
  };
  for (const auto& name : wanted) {
    if (find(made.model, name) != nullptr) continue;
    if (const auto* real = find(model, name)) {
      add_given(*real);
    } else {  // TIME STEP and the like
      made.series.push_back(name);
    }
  }
  for (const auto& name : names) {
    const auto* real = find(model, name);
    if (real == nullptr || find(made.model, name) != nullptr) continue;
    if (worker::engine::find_parameter(program, real->name.display) != nullptr) {
      made.model.variables.push_back(*real);
    } else {
      add_given(*real);
    }
  }
  const auto& time = program.time;
  made.model.time.start = model::number(time.default_start);
  made.model.time.stop = model::number(time.default_stop);
  made.model.time.step = model::number(time.default_step);
  made.model.time.save_every = model::number(time.default_save_every);
  return made;
}

}  // namespace flowyard::controller::experiment::file
