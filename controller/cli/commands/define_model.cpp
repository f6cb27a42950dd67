#include <memory>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/definitions.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/model/commands.hpp"

namespace flowyard::controller::cli {
namespace {

struct Surroundings {
  Choice& choice;
  const CliEnvironment& environment;
  const GlobalOptions& global;  // known once all is parsed
};

// Adds a command whose options are a value of type Options; `add` adds those beside the file.
template <class Options, class Add>
void define(CLI::App& parent, const Surroundings& around, const char* name, const char* help,
            const char* examples, int (*command)(const Options&, Terminal&), Add add) {
  auto options = std::make_shared<Options>();
  auto* sub = parent.add_subcommand(name, help);
  sub->add_option("file", options->file, "the model: .mdl, .xmile, .stmx or .yaml")
      ->required()
      ->type_name("FILE");
  add(*sub, *options);
  sub->footer(examples);
  sub->callback([options, command, around] {
    around.choice.here = [options, command, around] {
      Terminal terminal(around.environment, around.global.quiet);
      const int status = command(*options, terminal);
      terminal.out() << std::flush;
      return status;
    };
  });
}

void add_settings(CLI::App& sub, ModelRunOptions& options) {
  // Values hold commas, so nothing is split at them.
  sub.add_option("-p,--parameter", options.parameters, "set a parameter: name=value (see below)")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  sub.add_option("--initial", options.initials, "set a stock at the start")
      ->allow_extra_args(false)
      ->type_name("STOCK=VALUE");
  sub.add_option("--initial-from", options.initial_from, "go on where an earlier result ends")
      ->type_name("FILE");
  sub.add_option("--data", options.data, "numbers for data variables: .csv or .tab, a column for each")
      ->allow_extra_args(false)
      ->type_name("FILE");
  sub.add_option("--seed", options.seed, "the seed of all randomness (0)");
}

void add_run(CLI::App& sub, ModelRunOptions& options) {
  add_settings(sub, options);
  sub.add_option("-r,--return", options.outputs, "only these variables; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME,...");
  sub.add_option("-T,--times", options.times, "only these times")->delimiter(',')->type_name("T1,T2,...");
  sub.add_option("--start", options.start, "when the run starts")->type_name("TIME");
  sub.add_option("--stop", options.stop, "when it stops")->type_name("TIME");
  sub.add_option("--step", options.step, "the time step")->type_name("SPAN");
  sub.add_option("--save-every", options.save_every, "how often results are kept")->type_name("SPAN");
  sub.add_option("--method", options.method, "euler, rk2, rk4 or rk45 (whose steps suit the model)")
      ->check(CLI::IsMember({"euler", "rk2", "rk4", "rk45"}))
      ->option_text("METHOD");
  sub.add_option("-o,--output", options.output,
                 "table (default), csv, json, or a file ending in .csv, .tab, .json or .nc")
      ->type_name("FORMAT|FILE");
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

void define_describe(CLI::App& model, const Surroundings& around) {
  define<ModelDescribeOptions>(
      model, around, "describe",
      "list a model's variables: kind, units, initial value, limits, documentation",
      "Examples:\n"
      "  flowyard model describe teacup.mdl\n"
      "  flowyard model describe teacup.mdl -o json | jq '.variables[] | select(.kind == \"stock\")'\n\n"
      "What is called a constant can be set with 'flowyard model run -p', and under parameters: in an\n"
      "experiment.",
      cli::model_describe,
      [](CLI::App& sub, ModelDescribeOptions& options) { add_format(sub, options.format); });
}

void define_check(CLI::App& model, const Surroundings& around) {
  define<ModelCheckOptions>(
      model, around, "check", "list everything that is doubtful about a model",
      "Examples:\n"
      "  flowyard model check teacup.mdl\n"
      "  flowyard model check teacup.mdl -o json | jq '.[] | select(.kind == \"units\")'\n\n"
      "Mistakes and algebraic loops (variable by variable), units that do not go together, inputs that "
      "nothing\n"
      "uses: each as file:line:column: kind: what. Exit codes: 0 nothing found, 1 something, 2 the file "
      "cannot\n"
      "be read.",
      cli::model_check, [](CLI::App& sub, ModelCheckOptions& options) { add_format(sub, options.format); });
}

void add_graph(CLI::App& sub, ModelGraphOptions& options) {
  const auto read = [&options](const std::string& word) {
    if (word != "causal" && word != "stock-flow")
      throw CLI::ValidationError("--kind", "causal or stock-flow, not '" + word + "'");
    options.stock_and_flow = word == "stock-flow";
  };
  sub.add_option_function<std::string>("--kind", read, "causal (default) or stock-flow")->type_name("KIND");
  sub.add_option("-o,--output", options.output, "a file ending in .dot or .svg (default: DOT, printed)")
      ->type_name("FILE");
}

void define_graph(CLI::App& model, const Surroundings& around) {
  define<ModelGraphOptions>(model, around, "graph", "draw a model's structure",
                            "Examples:\n"
                            "  flowyard model graph teacup.mdl -o teacup.svg\n"
                            "  flowyard model graph teacup.mdl --kind stock-flow | dot -Tpng > teacup.png\n\n"
                            "An SVG needs Graphviz' dot; DOT does not.",
                            cli::model_graph, add_graph);
}

void add_convert(CLI::App& sub, ModelConvertOptions& options) {
  sub.add_option("-o,--output", options.output, "a file ending in .xmile, .stmx or .yaml")
      ->required()
      ->type_name("FILE");
  sub.add_flag("!--no-check", options.compare, "do not run both to compare them");
}

void define_convert(CLI::App& model, const Surroundings& around) {
  define<ModelConvertOptions>(
      model, around, "convert", "write a model as XMILE or YAML, and prove that it means the same",
      "Examples:\n"
      "  flowyard model convert teacup.mdl -o teacup.yaml\n"
      "  flowyard model convert market.yaml -o market.xmile\n\n"
      "Both are run afterwards and every column compared at every saved time; exit code 1 if they differ.",
      cli::model_convert, add_convert);
}

}  // namespace

void define_model(CLI::App& app, Choice& choice, const CliEnvironment& environment,
                  const GlobalOptions& global) {
  auto* model = app.add_subcommand("model", "look at, check, run and convert a model, here and at once");
  model->footer(
      "Examples:\n"
      "  flowyard model describe teacup.mdl\n"
      "  flowyard model run teacup.mdl -p 'Room Temperature=20' -o results.csv\n"
      "  flowyard model check teacup.mdl\n"
      "  flowyard model graph teacup.mdl -o teacup.svg\n"
      "  flowyard model convert teacup.mdl -o teacup.xmile");
  const Surroundings around{choice, environment, global};
  define_describe(*model, around);
  define<ModelRunOptions>(*model, around, "run", "run a model once and show its results", kRunExamples,
                          cli::model_run, add_run);
  define_check(*model, around);
  define_graph(*model, around);
  define_convert(*model, around);
  model->callback([model, &choice, &environment] {
    if (!model->get_subcommands().empty()) return;
    choice.here = [model, &environment] {
      *environment.out << model->help();
      return static_cast<int>(Ok);
    };
  });
}

}  // namespace flowyard::controller::cli
