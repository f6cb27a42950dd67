#include "controller/cli/commands/command_line.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <vector>

#include "common/base/suggest.hpp"
#include "controller/cli/commands/command_line_state.hpp"
#include "controller/cli/commands/version.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

// clang-format off
#define COMMAND(name) void define_##name(Command& program);
#define MODEL_COMMAND(name) void define_model_##name(Command& program);
#include "controller/cli/commands/table.def"
#undef COMMAND
#undef MODEL_COMMAND
// clang-format on

namespace {

// CLI11 lists what an option excludes in the order of addresses, which differs from run to run; here by name.
class Help final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    constexpr std::string_view kMark = "Excludes:";
    const auto mark = text.find(kMark);
    if (mark == std::string::npos) return text;
    std::istringstream rest(text.substr(mark + kMark.size()));
    std::vector<std::string> names(std::istream_iterator<std::string>(rest), {});
    std::sort(names.begin(), names.end());
    text.resize(mark + kMark.size());
    for (const auto& name : names) text += " " + name;
    return text;
  }
};

constexpr const char* kDescription =
    "Flowyard runs a system-dynamics model under many scenarios, each in an isolated container,\n"
    "and brings the results home.";

constexpr const char* kExamples =
    "Examples:\n"
    "  flowyard run experiment.yaml        run it, see the table\n"
    "  flowyard list                       who is at work\n"
    "  flowyard log novel-poodle           what a worker wrote\n"
    "  flowyard checkout -o results        bring the files home\n\n"
    "Exit codes:\n"
    "  0 ok   1 the experiment failed, is incomplete or was cancelled   2 wrong usage or a wrong file\n"
    "  3 no such thing   4 its state does not allow this   5 no controller or Docker Engine answers\n"
    "  130 interrupted with Ctrl-C\n\n"
    "A controller is started in the background when none answers. Its folders: --data and --run-dir, or\n"
    "FLOWYARD_DATA and FLOWYARD_RUN_DIR. Elsewhere: --controller or FLOWYARD_CONTROLLER, with --token or\n"
    "FLOWYARD_TOKEN; for https --cacert or FLOWYARD_CACERT. NO_COLOR keeps colours away.\n"
    "More on each command: flowyard COMMAND --help";

void add_global_options(Command& program, GlobalOptions& options) {
  program
      .option("--controller", options.controller, "where it is: unix:///path, http:// or https://host:port")
      .type("URL");
  program.option("--token", options.token, "the token for a controller on TCP");
  program.option("--cacert", options.cacert, "for https: trust certificates of this authority (PEM)")
      .type("FILE")
      .completes({Completes::Files});
  program
      .option("--cert", options.cert, "for https: our certificate, where the controller asks for one (PEM)")
      .type("FILE")
      .completes({Completes::Files});
  program.option("--key", options.key, "its private key (PEM)").type("FILE").completes({Completes::Files});
  program.option("--data", options.data, "the controller's data folder")
      .type("FOLDER")
      .completes({Completes::Files});
  program.option("--run-dir", options.run_dir, "the controller's run folder, for sockets")
      .type("FOLDER")
      .completes({Completes::Files});
  program
      .option("--config", options.config,
              "the file of settings (or FLOWYARD_CONFIG); see 'flowyard config --help'")
      .type("FILE")
      .completes({Completes::Files});
  program.flag("-q,--quiet", options.quiet, "only what matters: names, results, errors");
  program.flag("--no-start", options.no_start, "fail rather than start a controller");
}

// As far as the words name commands and commands in them: "model run ".
std::string command_named(const CLI::App& app, int argc, char** argv) {
  std::string path;
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto subs = at->get_subcommands([&](const CLI::App* sub) { return sub->get_name() == word; });
    if (!subs.empty()) {
      path += word + " ";
      at = subs.front();
    } else if (!word.starts_with('-')) {
      break;
    }
  }
  return path;
}

// What is wrong, with a hint for a mistyped command.
int usage_error(const CLI::App& app, const std::exception& error, int argc, char** argv, std::ostream& err) {
  std::vector<std::string> names;
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_command = std::find(names.begin(), names.end(), first) != names.end();
  if (!first.starts_with('-') && !is_command && !first.empty()) {
    err << "error: there is no command '" << first << "'" << suggestion(first, names) << "\n";
  } else {
    err << "error: " << error.what() << "\n";
  }
  err << "  see: flowyard " << command_named(app, argc, argv) << "--help\n";
  return BadInput;
}

}  // namespace

CommandLine::CommandLine() : state_(std::make_unique<CommandLineState>(kDescription, "flowyard")) {
  auto& app = state_->app;
  app.formatter(std::make_shared<Help>());
  // Commands take these over when they are added; the footer, too, until they have their own.
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.footer(kExamples);
  app.set_version_flag("--version", kVersionLine, "Print the version and exit");
  Command program(app, *state_);
  add_global_options(program, state_->global);
#define COMMAND(name) define_##name(program);
#define MODEL_COMMAND(name) define_model_##name(program);
#include "controller/cli/commands/table.def"
#undef COMMAND
#undef MODEL_COMMAND
}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::parse(int argc, char** argv, std::ostream& out, std::ostream& err) {
  auto& app = state_->app;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, out, err);
    return usage_error(app, error, argc, argv, err);
  } catch (const UsageError& error) {
    return usage_error(app, error, argc, argv, err);
  }
  if (state_->choice.with_controller || state_->choice.here) return std::nullopt;
  out << app.help();
  return Ok;
}

const Choice& CommandLine::choice() const {
  return state_->choice;
}
const GlobalOptions& CommandLine::global() const {
  return state_->global;
}

}  // namespace flowyard::controller::cli
