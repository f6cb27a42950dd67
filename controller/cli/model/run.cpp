// model run: one run of a model in this process, to a table or a file.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/base/integration_method.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/model/feed.hpp"
#include "controller/cli/model/file.hpp"
#include "controller/cli/model/settings.hpp"
#include "controller/cli/model/simulate.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/compiler/continuation.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/model/data/feed.hpp"
#include "controller/results/csv.hpp"
#include "controller/results/model_netcdf.hpp"
#include "controller/results/model_result.hpp"

namespace flowyard::controller::cli {
namespace {

namespace engine = worker::engine;
using Program = std::shared_ptr<const engine::Program>;

struct ModelRunOptions {
  std::string file;
  std::vector<std::string> parameters, initials;  // "name=value", see model_settings.hpp
  std::string initial_from;                       // an earlier result; empty: none
  std::vector<std::string> outputs;               // empty: everything
  std::vector<double> times;                      // empty: all that are saved
  std::optional<double> start, stop, step, save_every;
  std::string method;             // empty: the model's
  std::vector<std::string> data;  // files that feed data variables
  std::uint64_t seed = 0;
  std::string output = "table";  // table, csv, json, or a file ending in .csv, .tab, .tsv, .json or .nc
};

constexpr double kOffGrid = 1e-5;  // of a step, as the engine's own for saves

enum class Sink { Table, Comma, Tab, JsonText, NetCdf };

Result<Sink> sink_of(const std::string& output) {
  const std::string extension = extension_of(output);
  if (output == "table") return Sink::Table;
  if (output == "csv" || extension == ".csv") return Sink::Comma;
  if (extension == ".tab" || extension == ".tsv") return Sink::Tab;
  if (output == "json" || extension == ".json") return Sink::JsonText;
  if (extension == ".nc") return Sink::NetCdf;
  return invalid(
      "'" + output +
      "' is no place for results: table, csv, json, or a file ending in .csv, .tab, .tsv, .json or "
      ".nc");
}

bool is_file(const std::string& output) {
  return output != "table" && output != "csv" && output != "json";
}

std::optional<engine::Method> method_of(const std::string& word) {
  const auto method = integration_method(word);
  return method ? std::optional(static_cast<engine::Method>(*method)) : std::nullopt;
}

std::vector<ModelSetting> parsed(const std::vector<std::string>& texts, Errors& errors) {
  std::vector<ModelSetting> settings;
  for (const auto& text : texts) {
    auto setting = parse_setting(text);
    if (setting)
      settings.push_back(std::move(*setting));
    else
      errors.push_back(setting.error());
  }
  return settings;
}

model::Model fed_model(const ModelRunOptions& options, Terminal& terminal) {
  auto model = read_model(options.file);
  for (const auto& path : options.data) {
    const auto numbers = value_or_fail(model::data::read_numbers(read_input(path), path));
    if (value_or_fail(model::data::feed_data(model, numbers, path)) == 0)
      throw CommandFailed(model::data::feeds_nothing(model, {path, 1, 0}));
  }
  note_warnings(model, terminal);
  // What cannot be read is told with the other settings.
  for (const auto& text : options.parameters)
    if (const auto setting = parse_setting(text); setting && feeds_data(*setting, model))
      feed(*setting, model);
  return model;
}

// The stocks as an earlier result left them, and when.
void start_from(const std::string& path, const engine::Program& program, engine::RunInput& input) {
  const auto earlier = value_or_fail(model::data::read_numbers(read_input(path), path));
  auto continuation = value_or_fail(compiler::continue_from(program, earlier, path));
  if (!input.start) input.start = continuation.time;
  input.initials = std::move(continuation.initials);
}

// What the stocks would be at the start, with the parameters as they are set.
engine::RunOutput own_start(const model::Model& model, engine::RunInput input) {
  std::vector<std::string> stocks;
  for (const auto& variable : model.variables)
    if (variable.kind == model::VariableKind::Stock) stocks.push_back(variable.name.display);
  const auto program = compile_model(model, stocks);
  const double start = input.start.value_or(program->time.default_start);
  if (std::isfinite(start)) input.stop = start;
  return run_once(program, input);
}

void add_errors(const Results<void>& result, Errors& errors) {
  if (result) return;
  for (const Error& error : Errors(result.error())) errors.push_back(error);
}

// `a, b[x, y]` names two, unless the model has a variable of just that name.
std::vector<std::string> parted(const std::string& text, const model::Model& model) {
  const auto is_own = [&](const auto& variable) { return variable.name.key == model::key_of(text); };
  if (std::any_of(model.variables.begin(), model.variables.end(), is_own)) return {text};
  std::vector<std::string> names(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '[' || c == ']') depth += c == '[' ? 1 : -1;
    if (c == ',' && depth == 0 && !quoted)
      names.emplace_back();
    else if (c != ' ' || !names.back().empty())
      names.back() += c;
  }
  return names;
}

std::vector<std::string> wanted_series(const ModelRunOptions& options, const model::Model& model) {
  std::vector<std::string> wanted;
  for (const auto& text : options.outputs)
    for (auto& name : parted(text, model)) wanted.push_back(std::move(name));
  return wanted;
}

// The model with what is to be saved. Where that is wrong, the model alone, whose names the other options are
// held against.
Program program_of(const ModelRunOptions& options, const model::Model& model, Errors& errors) {
  if (options.outputs.empty()) return compile_model(model, savable_names(model));
  try {
    return compile_model(model, wanted_series(options, model));
  } catch (const CommandFailed& failed) {
    auto program = compile_model(model, {});
    errors.insert(errors.end(), failed.errors().begin(), failed.errors().end());
    return program;
  }
}

Error never_at(double time, double start, double stop, double step) {
  const auto number = [](double value) {
    return std::isnan(value) ? "a time that is computed" : results::cell_text(value);
  };
  return invalid("the run does not come by time " + results::cell_text(time) + ": it goes from " +
                 number(start) + " to " + number(stop) +
                 (std::isnan(step) ? "" : " by " + results::cell_text(step)));
}

// Times that the run cannot come by, as far as its grid is known before.
void check_times(const ModelRunOptions& options, const engine::Program& program, Errors& errors) {
  const double start = options.start.value_or(program.time.default_start);
  const double step = options.step.value_or(program.time.default_step);
  if (std::isnan(start) || !(step > 0)) return;
  const double stop = options.stop.value_or(program.time.default_stop);
  for (const double time : options.times) {
    const double steps = (time - start) / step;
    const bool late = options.stop && time > *options.stop + kOffGrid * step;
    if (steps < -kOffGrid || late || std::abs(steps - std::round(steps)) > kOffGrid)
      errors.push_back(never_at(time, start, stop, step));
  }
}

engine::RunInput input_of(const ModelRunOptions& options, const model::Model& model,
                          const engine::Program& program, Errors errors) {
  engine::RunInput input;
  input.seed = options.seed;
  input.start = options.start;
  input.stop = options.stop;
  input.step = options.step;
  input.save_every = options.save_every;
  input.method = method_of(options.method);
  const auto parameters = parsed(options.parameters, errors);
  const auto initials = parsed(options.initials, errors);
  add_errors(set_parameters(parameters, model, program, input), errors);
  if (!options.initial_from.empty()) start_from(options.initial_from, program, input);
  const bool by_element =
      std::any_of(initials.begin(), initials.end(), [](const ModelSetting& s) { return !s.element.empty(); });
  const auto own = by_element && errors.empty() ? own_start(model, input) : engine::RunOutput{};
  add_errors(set_initials(initials, program, own, input), errors);
  if (options.initial_from.empty()) check_times(options, program, errors);
  if (!errors.empty()) throw CommandFailed(std::move(errors));
  return input;
}

// The positions of the wanted times, or the first that is not there.
std::vector<std::size_t> positions_of(const std::vector<double>& wanted, const std::vector<double>& times,
                                      double step, std::optional<double>& missing) {
  std::vector<std::size_t> positions;
  for (const double time : wanted) {
    const auto near = std::min_element(times.begin(), times.end(), [&](double a, double b) {
      return std::abs(a - time) < std::abs(b - time);
    });
    if (near == times.end() || std::abs(*near - time) > kOffGrid * step) {
      missing = time;
      return {};
    }
    positions.push_back(static_cast<std::size_t>(near - times.begin()));
  }
  return positions;
}

results::ModelResult rows(const results::ModelResult& result, const std::vector<std::size_t>& positions) {
  results::ModelResult chosen{{}, result.names, std::vector<std::vector<double>>(result.columns.size())};
  for (const auto at : positions) {
    chosen.times.push_back(result.times[at]);
    for (std::size_t c = 0; c < result.columns.size(); ++c)
      chosen.columns[c].push_back(result.columns[c][at]);
  }
  return chosen;
}

// Runs on to the last time wanted; where a time lies between saves, every step is saved.
results::ModelResult run_at_times(const Program& program, engine::RunInput input,
                                  std::vector<double> wanted) {
  std::sort(wanted.begin(), wanted.end());
  const double stop = input.stop.value_or(program->time.default_stop);
  if (!std::isnan(stop) && wanted.back() > stop && !input.stop) input.stop = wanted.back();
  const double step = input.step.value_or(program->time.default_step);
  const double near = std::isnan(step) ? 1e-6 : step;
  auto result = results::result_of(run_once(program, input));
  std::optional<double> missing;
  auto positions = positions_of(wanted, result.times, near, missing);
  if (missing && !std::isnan(step)) {
    input.save_every = step;
    missing.reset();
    result = results::result_of(run_once(program, input));
    positions = positions_of(wanted, result.times, near, missing);
  }
  if (missing) {
    throw CommandFailed(never_at(*missing, result.times.front(), result.times.back(), step));
  }
  return rows(result, positions);
}

// On a terminal the first times and the last, and as many columns as fit it; whole in a pipe.
void print_table(const results::ModelResult& result, Terminal& terminal) {
  std::vector<Column> columns{{"TIME", Align::Right}};
  std::vector<std::vector<std::string>> cells{format_numbers(result.times)};
  for (std::size_t c = 0; c < result.names.size(); ++c) {
    columns.push_back({result.names[c], Align::Right});
    cells.push_back(format_numbers(result.columns[c]));
  }
  Table table(std::move(columns));
  for (std::size_t t = 0; t < result.times.size(); ++t) {
    std::vector<std::string> row;
    for (auto& column : cells) row.push_back(std::move(column[t]));
    table.add(std::move(row));
  }
  const auto times = terminal.out_is_terminal() ? table.shorten() : 0;
  const auto left_out = table.print_first_block(terminal);
  if (!left_out.empty()) {
    terminal.out() << "+ " << plural(left_out.size(), "column") << ": -r "
                   << printable(result.names[left_out.front() - 1]) << (left_out.size() > 1 ? ",..." : "")
                   << "\n";
  }
  if (times > 0) terminal.out() << "... " << plural(times, "time") << " more: -o csv, or pipe it\n";
}

std::string text_of(const results::ModelResult& result, const model::Model& model, Sink sink) {
  if (sink == Sink::NetCdf) {
    auto bytes = results::netcdf_of(result, model);
    if (!bytes) throw CommandFailed(bytes.error());
    return std::move(*bytes);
  }
  if (sink == Sink::JsonText) return results::json_of(result);
  return results::separated(result, sink == Sink::Tab ? '\t' : ',');
}

void deliver(const results::ModelResult& result, const model::Model& model, const std::string& output,
             Sink sink, Terminal& terminal) {
  if (sink == Sink::Table) return print_table(result, terminal);
  if (!is_file(output)) {
    terminal.data() << text_of(result, model, sink);
    return;
  }
  write_file(output, text_of(result, model, sink));
  terminal.note("wrote " + output + ": " + plural(result.times.size(), "time") + ", " +
                plural(result.names.size(), "column"));
}

// Nothing but the model itself says when it runs.
bool own_times(const ModelRunOptions& options) {
  return !options.start && !options.stop && !options.step && !options.save_every &&
         options.parameters.empty() && options.times.empty();
}

int model_run(const ModelRunOptions& options, Terminal& terminal) {
  Errors errors;
  const auto sink = sink_of(options.output);
  if (!sink) errors.push_back(sink.error());
  const auto model = fed_model(options, terminal);
  const auto program = program_of(options, model, errors);
  const auto input = input_of(options, model, *program, std::move(errors));
  if (own_times(options))
    if (auto wrong = compiler::time_errors(model, *program); !wrong.empty())
      throw CommandFailed(std::move(wrong));
  const auto result = options.times.empty() ? results::result_of(run_once(program, input))
                                            : run_at_times(program, input, options.times);
  deliver(result, model, options.output, *sink, terminal);
  if (const auto found = results::without_number(result); !found.empty()) terminal.note("note: " + found);
  return Ok;
}

constexpr const char* kRunExamples =
    "Examples:\n"
    "  flowyard model run teacup.mdl\n"
    "  flowyard model run teacup.mdl -p 'Room Temperature=20' -r 'Teacup Temperature' -T 0,10,20\n"
    "  flowyard model run market.xmile -p 'demand={0:10, 50:20}'      over time, straight between\n"
    "  flowyard model run regions.yaml -p 'share=[0.3, 0.7]' -p 'growth[north]=0.02'\n"
    "  flowyard model run teacup.mdl --initial 'Teacup Temperature=90' --stop 60 --step 0.25\n"
    "  flowyard model run sales.mdl --data history.csv -o results.tab\n"
    "  flowyard model run sales.mdl --initial-from results.tab --stop 200\n\n"
    "A table in the model (a lookup) is replaced by points, -p 'effect={0:1, 2:0}', or by a number. Names "
    "may\n"
    "be written in any case, with _ for a blank.";

void add_settings(Command& command, ModelRunOptions& options) {
  // Values hold commas, so nothing is split at them.
  command.option("-p,--parameter", options.parameters, "set a parameter: name=value (see below)")
      .one_value_each()
      .type("NAME=VALUE");
  command.option("--initial", options.initials, "set a stock at the start")
      .one_value_each()
      .type("STOCK=VALUE");
  command.option("--initial-from", options.initial_from, "go on where an earlier result ends")
      .type("FILE")
      .completes({Completes::Files});
  command.option("--data", options.data, "numbers for data variables: .csv or .tab, a column for each")
      .one_value_each()
      .type("FILE")
      .completes({Completes::Files});
  command.option("--seed", options.seed, "the seed of all randomness (0)");
}

void add_run(Command& command, ModelRunOptions& options) {
  add_settings(command, options);
  command.option("-r,--return", options.outputs, "only these variables; may be repeated")
      .one_value_each()
      .type("NAME,...");
  command.option("-T,--times", options.times, "only these times").split_at(',').type("T1,T2,...");
  command.option("--start", options.start, "when the run starts").type("TIME");
  command.option("--stop", options.stop, "when it stops").type("TIME");
  command.option("--step", options.step, "the time step").type("SPAN");
  command.option("--save-every", options.save_every, "how often results are kept").type("SPAN");
  command
      .option("--method", options.method,
              "euler, rk2, rk4 or auto (whose steps suit the model; rk45 is another name)")
      .one_of(integration_method_names())
      .text("METHOD");
  command
      .option("-o,--output", options.output,
              "table (default), csv, json, or a file ending in .csv, .tab, .json or .nc")
      .type("FORMAT|FILE")
      .suggest({"table", "csv", "json"})
      .completes({Completes::Files});
}

}  // namespace

void define_model_run(Command& program) {
  auto options = std::make_shared<ModelRunOptions>();
  auto command = program.add("model run", "run a model once and show its results");
  add_model_file(command, options->file);
  add_run(command, *options);
  command.footer(kRunExamples);
  command.runs_here([options](Here& here) { return model_run(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli
