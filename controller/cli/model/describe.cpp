// model describe: the variables of a model.
#include "controller/cli/ui/describe.hpp"

#include <nlohmann/json.hpp>

#include "common/base/integration_method.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/model/file.hpp"
#include "controller/cli/model/simulate.hpp"
#include "controller/cli/ui/joined.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/model/elements.hpp"
#include "controller/model/kind.hpp"
#include "controller/results/csv.hpp"
#include "controller/results/model_result.hpp"

namespace flowyard::controller::cli {
namespace {

namespace engine = worker::engine;
using Json = nlohmann::ordered_json;

struct ModelDescribeOptions {
  std::string file;
  Format format = Format::Table;
};

// A model compiled and run up to its start only; nothing where it cannot be.
struct Start {
  std::shared_ptr<const engine::Program> program;
  engine::RunOutput values;
};

Start start_of(const model::Model& model, Terminal& terminal) {
  Start start;
  try {
    start.program = compile_model(model, savable_names(model));
    engine::RunInput input;
    input.stop = start.program->time.default_start;
    if (input.stop == input.stop) start.values = run_once(start.program, input);
  } catch (const CommandFailed& failed) {
    terminal.note("note: no initial values, since the model does not run as it stands: " +
                  printable(to_string(failed.errors().front())));
  }
  return start;
}

// What turns out to be a number can be set with -p: a constant, whatever the file calls it.
std::string kind_of(const model::Variable& variable, const Start& start) {
  const std::string kind = model::kind_of(variable);
  if (variable.conveyor || variable.queue) return kind;
  const auto* parameter =
      start.program ? engine::find_parameter(*start.program, variable.name.display) : nullptr;
  if (parameter != nullptr && !parameter->is_lookup) return "constant";
  return kind;
}

std::vector<double> initial_of(const model::Variable& variable, const Start& start) {
  for (const auto& series : start.values.series)
    if (engine::same_name(series.name, variable.name.display)) return series.values;
  return {};
}

std::string shown(const std::vector<double>& values, std::string (*text_of)(double)) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + text_of(value);
  return text;
}

std::string limits_text(const model::Limits& limits) {
  if (!limits.low && !limits.high) return "";
  return (limits.low ? results::cell_text(*limits.low) : "") + ".." +
         (limits.high ? results::cell_text(*limits.high) : "");
}

Table table_of(const model::Model& model, const Start& start, std::string (*text_of)(double)) {
  Table table({{"NAME"}, {"KIND"}, {"UNITS"}, {"INITIAL"}, {"LIMITS"}, {"SUBSCRIPTS"}, {"DOCUMENTATION"}});
  for (const auto& variable : model.variables) {
    table.add({variable.name.display, kind_of(variable, start), variable.units,
               shown(initial_of(variable, start), text_of), limits_text(variable.limits),
               joined(dimensions_of(model, variable), ", "), variable.documentation});
  }
  return table;
}

Json limit(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json variable_json(const model::Model& model, const model::Variable& variable, const Start& start) {
  const auto initial = initial_of(variable, start);
  Json json;
  json["name"] = variable.name.display;
  json["kind"] = kind_of(variable, start);
  json["units"] = variable.units;
  json["subscripts"] = dimensions_of(model, variable);
  json["initial"] = nullptr;
  if (!initial.empty()) json["initial"] = json["subscripts"].empty() ? Json(initial.front()) : Json(initial);
  json["limits"] = {{"low", limit(variable.limits.low)}, {"high", limit(variable.limits.high)}};
  json["documentation"] = variable.documentation;
  json["group"] = variable.group;
  const auto location = model::source_location(model, variable.location);
  json["place"] = {{"file", location.file}, {"line", location.line}, {"column", location.column}};
  return json;
}

const char* to_string(model::Method method) {
  return kIntegrationMethods[static_cast<std::size_t>(method)];
}

Json time_json(const model::Model& model, const Start& start) {
  Json json;
  if (start.program) {
    const auto& time = start.program->time;
    json = {{"start", time.default_start},
            {"stop", time.default_stop},
            {"step", time.default_step},
            {"save_every", time.default_save_every}};
  }
  json["method"] = to_string(model.time.method);
  json["units"] = model.time.units;
  return json;
}

std::string json_text(const model::Model& model, const Start& start) {
  Json json;
  json["name"] = model.name.display;
  json["documentation"] = model.documentation;
  json["time"] = time_json(model, start);
  json["dimensions"] = Json::object();
  for (const auto& dimension : model.dimensions)
    json["dimensions"][dimension.name.display] = elements_of(model, dimension.name);
  json["variables"] = Json::array();
  for (const auto& variable : model.variables)
    json["variables"].push_back(variable_json(model, variable, start));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string time_text(const Start& start, const model::Model& model) {
  const auto& time = start.program->time;
  const auto number = [](double value) {
    return value == value ? results::cell_text(value) : std::string("computed");
  };
  return number(time.default_start) + " to " + number(time.default_stop) + " by " +
         number(time.default_step) + ", saved every " + number(time.default_save_every) +
         (model.time.units.empty() ? "" : " (" + model.time.units + ")") + ", " +
         to_string(model.time.method);
}

void print_heading(const model::Model& model, const Start& start, Terminal& terminal) {
  const auto field = [&terminal](const char* label, const std::string& value) {
    print_line(terminal, label, printable(value));
  };
  field("Model", model.name.display);
  if (!model.documentation.empty()) field("About", model.documentation);
  if (start.program) field("Time", time_text(start, model));
  for (const auto& dimension : model.dimensions)
    field("Subscript", dimension.name.display + ": " + joined(elements_of(model, dimension.name), ", "));
  terminal.out() << "\n";
}

// On a terminal the first variables and the last; whole in a pipe.
void print_variables(Table table, Terminal& terminal) {
  const auto more = terminal.out_is_terminal() ? table.shorten() : 0;
  table.print(terminal);
  if (more > 0) terminal.out() << "... " << plural(more, "variable") << " more: -o csv, or pipe it\n";
}

int model_describe(const ModelDescribeOptions& options, Terminal& terminal) {
  const auto model = read_model(options.file);
  note_warnings(model, terminal);
  const auto start = start_of(model, terminal);
  if (options.format == Format::Json) {
    terminal.data() << json_text(model, start);
  } else if (options.format == Format::Csv) {
    table_of(model, start, results::cell_text).print_csv(terminal.out());
  } else {
    print_heading(model, start, terminal);
    print_variables(table_of(model, start, format_number), terminal);
  }
  return Ok;
}

}  // namespace

void define_model_describe(Command& program) {
  auto options = std::make_shared<ModelDescribeOptions>();
  auto command = program.add("model describe",
                             "list a model's variables: kind, units, initial value, limits, documentation");
  add_model_file(command, options->file);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard model describe teacup.mdl\n"
      "  flowyard model describe teacup.mdl -o json | jq '.variables[] | select(.kind == \"stock\")'\n\n"
      "What is called a constant can be set with 'flowyard model run -p', and under parameters: in an\n"
      "experiment.");
  command.runs_here([options](Here& here) { return model_describe(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli
