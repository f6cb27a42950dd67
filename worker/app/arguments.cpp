#include "worker/app/arguments.hpp"

#include <algorithm>
#include <map>

#include "common/base/suggest.hpp"

namespace flowyard::worker::app {
namespace {

struct Option {
  std::string flag;
  std::string variable;  // of the environment, used when the flag is not given; empty: none
  bool required = true;
};

const std::vector<Option> kConnectOptions{{"--controller", "FLOWYARD_CONTROLLER"},
                                          {"--name", "FLOWYARD_WORKER"},
                                          {"--token-file", "FLOWYARD_TOKEN_FILE"},
                                          {"--work-folder", "FLOWYARD_WORK_FOLDER", false}};
const std::vector<Option> kServeOptions{{"--listen", ""}, {"--program", "", false}};

using Values = std::map<std::string, std::string>;

Error unknown(const std::string& argument, const std::vector<Option>& options) {
  std::vector<std::string> flags;
  for (const auto& option : options) flags.push_back(option.flag);
  return invalid("unknown argument '" + argument + "'" + suggestion(argument, flags));
}

// "--flag value" and "--flag=value".
Result<Values> given_values(const std::vector<std::string>& arguments, const std::vector<Option>& options) {
  Values values;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string& argument = arguments[at];
    const auto equals = argument.find('=');
    const std::string flag = argument.substr(0, equals);
    if (std::ranges::find(options, flag, &Option::flag) == options.end()) return unknown(argument, options);
    if (equals == std::string::npos && at + 1 == arguments.size()) {
      return invalid(flag + " needs a value");
    }
    values[flag] = equals == std::string::npos ? arguments[++at] : argument.substr(equals + 1);
  }
  return values;
}

Result<Values> complete_values(const std::vector<std::string>& arguments, const std::vector<Option>& options,
                               const Environment& environment) {
  auto values = given_values(arguments, options);
  if (!values) return values;
  for (const auto& option : options) {
    if (values->contains(option.flag)) continue;
    const auto value = option.variable.empty() ? std::nullopt : environment(option.variable);
    if (value) {
      (*values)[option.flag] = *value;
    } else if (option.required) {
      const std::string variable = option.variable.empty() ? "" : " or set " + option.variable;
      return invalid("give " + option.flag + variable + "; flowyard-worker --help shows how");
    }
  }
  return values;
}

Result<Command> parse_connect(const std::vector<std::string>& arguments, const Environment& environment) {
  auto values = complete_values(arguments, kConnectOptions, environment);
  if (!values) return values.error();
  auto controller = http::parse_endpoint((*values)["--controller"]);
  if (!controller) return controller.error().within("reading --controller");
  return Connect{.controller = *controller,
                 .name = (*values)["--name"],
                 .token_file = (*values)["--token-file"],
                 .work_folder = (*values)["--work-folder"]};
}

Result<Command> parse_serve(const std::vector<std::string>& arguments, const Environment& environment) {
  auto values = complete_values(arguments, kServeOptions, environment);
  if (!values) return values.error();
  auto listen = http::parse_endpoint((*values)["--listen"]);
  if (!listen) return listen.error().within("reading --listen");
  return Serve{.listen = *listen, .program_file = (*values)["--program"]};
}

}  // namespace

Result<Command> parse_arguments(const std::vector<std::string>& arguments, const Environment& environment) {
  const auto asks = [&](const char* flag) { return std::ranges::find(arguments, flag) != arguments.end(); };
  if (asks("--help") || asks("-h")) return ShowHelp{};
  if (asks("--version")) return ShowVersion{};
  if (arguments.empty() || arguments[0].starts_with('-')) return parse_connect(arguments, environment);
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "connect") return parse_connect(rest, environment);
  if (arguments[0] == "serve") return parse_serve(rest, environment);
  if (arguments[0] == "hold") {
    if (!rest.empty()) return unknown(rest[0], {});
    return Hold{};
  }
  return invalid("unknown command '" + arguments[0] + "'" +
                 suggestion(arguments[0], {"connect", "serve", "hold"}));
}

std::string help_text() {
  return R"(flowyard-worker: computes scenarios for a Flowyard controller.

  flowyard-worker [connect] --controller URL --name NAME --token-file FILE
      Dial the controller and work for it until it has nothing more. Controllers start their workers so, in
      containers or as processes; there is seldom a need to do it by hand.
      --controller   unix:///flowyard/s or http://host:port     (or FLOWYARD_CONTROLLER)
      --name         this worker's name, as the controller has it (or FLOWYARD_WORKER)
      --token-file   a file with this worker's token            (or FLOWYARD_TOKEN_FILE)
      --work-folder  run the experiment's own program, below this folder, in place of the engine
                                                                (or FLOWYARD_WORK_FOLDER)

  flowyard-worker serve --listen URL [--program FILE]
      Listen, and run what is posted to /v1/run: the same engine by hand, for looking and debugging.
      --listen       http://127.0.0.1:8080 or unix:///tmp/worker
      --program      a compiled program, as GET /v1/programs/HASH of a controller gives it

  flowyard-worker hold
      Do nothing until SIGTERM: a container of it holds the network namespace that an experiment's workers join.

  flowyard-worker --version | --help

By hand:
  flowyard-worker serve --listen http://127.0.0.1:8080 --program logistic.program &
  curl http://127.0.0.1:8080/v1/programs/default              # parameters, outputs, instructions
  curl http://127.0.0.1:8080/v1/run -d "{}"                   # one run with the model's own values
  curl http://127.0.0.1:8080/v1/run -d '{"count": 2, "outcomes": ["final"],
    "parameters": [{"name": "growth_rate", "shared": false, "values": [0.02, 0.05]}]}'

Exit codes: 0 nothing more to do or asked to stop, 1 failed, 2 wrong arguments, 3 out of memory, 75 the
controller was silent for too long, 76 it speaks another protocol, 77 it refused the token.
)";
}

}  // namespace flowyard::worker::app
