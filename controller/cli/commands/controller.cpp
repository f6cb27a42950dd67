// controller, controller run: a controller in the foreground.
#include <algorithm>
#include <charconv>
#include <sstream>

#include "common/http/endpoint.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/settings.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr std::uint64_t kMostWorkers = 100'000;
constexpr std::chrono::minutes kIdleExit{10};

struct RunOptions {
  ControllerOptions controller;
  std::string idle_exit, log_level, max_workers;
  bool insecure = false;
};

void add_run_options(Command& command, RunOptions& options) {
  auto& controller = options.controller;
  command.option("--listen", controller.listen, "REST on TCP as well, with a token").type("HOST:PORT");
  command.option("--host", controller.hosts, "a name by which others reach it on TCP (or FLOWYARD_HOSTS)")
      .type("NAME")
      .one_value_each();
  command
      .option("--tls-cert", controller.tls.cert,
              "encrypt TCP: the certificate chain, PEM (or FLOWYARD_TLS_CERT)")
      .type("FILE")
      .completes({Completes::Files});
  command.option("--tls-key", controller.tls.key, "its private key, PEM (or FLOWYARD_TLS_KEY)")
      .type("FILE")
      .completes({Completes::Files});
  command
      .option("--tls-client-ca", controller.tls.client_ca,
              "only clients with a certificate of this authority (or FLOWYARD_TLS_CLIENT_CA)")
      .type("FILE")
      .completes({Completes::Files});
  command.flag("--insecure", options.insecure, "listen to other machines without encryption");
  command.option("--fleet", controller.fleet, "where workers live (default: docker)")
      .one_of({"docker", "process"});
  command.option("--docker-host", controller.docker_host, "the Docker Engine (default: DOCKER_HOST)")
      .type("URL");
  command.option("--advertise", controller.advertise, "where workers reach this controller by network")
      .type("URL");
  command
      .option("--images-allow", controller.images_allow,
              "only images that fit a pattern, as in docker.io/library/python:* (or FLOWYARD_IMAGES_ALLOW)")
      .type("PATTERN")
      .one_value_each();
  command
      .option("--images-build", controller.images_build,
              "for whom images are built: here, by the unix socket (default), always, or never")
      .one_of({"here", "always", "never"});
  command
      .option("--max-workers", options.max_workers,
              "so many workers at once over all experiments (default: twice the cores, at least 4)")
      .type("N");
  command
      .option("--idle-exit", options.idle_exit,
              "leave after so long without work, or never (default: never; 10m where a command started it)")
      .type("DURATION");
  command.flag("--background", controller.background, "nobody watches: write a log file's lines");
  command.option("--log-level", options.log_level, "debug, info, warning or error")
      .type("LEVEL")
      .one_of({"debug", "info", "warning", "error"});
}

// What stands in the Host of a request: a name or an address, IPv6 in brackets, with a port or without.
void check_host(const std::string& host) {
  const auto colon = host.find(':');
  const bool brackets = host.starts_with('[') && host.find(']') != host.npos;
  const bool bare_ipv6 = !brackets && colon != host.rfind(':');
  if (!host.empty() && !bare_ipv6 && host.find_first_of("/@?# ") == host.npos) return;
  throw CommandFailed(
      invalid("--host: a name or an address, as in yard.example or [2001:db8::7], not '" + host + "'"));
}

// What a flag says, else the variable, separated by commas or blanks.
std::vector<std::string> words_of(std::vector<std::string> said, const CliEnvironment& environment,
                                  const char* variable) {
  if (!said.empty()) return said;
  std::string text = option_or_variable("", environment, variable);
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) said.push_back(word);
  return said;
}

std::vector<std::string> hosts_of(std::vector<std::string> said, const CliEnvironment& environment) {
  auto hosts = words_of(std::move(said), environment, "FLOWYARD_HOSTS");
  for (const auto& host : hosts) check_host(host);
  return hosts;
}

// Fills in what the variables say of TCP, and refuses what would give the token away.
void settle_tcp(const RunOptions& options, const CliEnvironment& environment, ControllerOptions& controller) {
  auto& tls = controller.tls;
  controller.listen = option_or_variable(controller.listen, environment, "FLOWYARD_LISTEN");
  tls.cert = option_or_variable(tls.cert, environment, "FLOWYARD_TLS_CERT");
  tls.key = option_or_variable(tls.key, environment, "FLOWYARD_TLS_KEY");
  tls.client_ca = option_or_variable(tls.client_ca, environment, "FLOWYARD_TLS_CLIENT_CA");
  controller.hosts = hosts_of(std::move(controller.hosts), environment);
  if (tls.cert.empty() != tls.key.empty())
    throw CommandFailed(invalid("--tls-cert and --tls-key belong together: a certificate and its key"));
  if (!tls.client_ca.empty() && tls.cert.empty())
    throw CommandFailed(
        invalid("--tls-client-ca needs --tls-cert and --tls-key: without TLS nobody shows a certificate"));
  if (controller.listen.empty()) return;
  auto listen = http::parse_listen_address(controller.listen);
  if (!listen) throw CommandFailed(std::move(listen.error()).within("reading --listen"));
  if (http::is_local(*listen) || !tls.cert.empty() || options.insecure) return;
  if (value_or_fail(is_set(environment, "FLOWYARD_INSECURE"))) return;
  throw CommandFailed(invalid(
      "--listen " + controller.listen +
      " is open to other machines, and without encryption whoever sees the traffic sees the token and can do "
      "all that it allows\n"
      "  give a certificate with --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy or a "
      "tunnel;\n"
      "  --insecure does it all the same, for a network in which nobody else listens"));
}

LogLevel log_level_of(const std::string& word) {
  static const std::map<std::string, LogLevel> kLevels = {{"", LogLevel::Info},
                                                          {"debug", LogLevel::Debug},
                                                          {"info", LogLevel::Info},
                                                          {"warning", LogLevel::Warning},
                                                          {"error", LogLevel::Error}};
  const auto found = kLevels.find(word);
  if (found == kLevels.end())
    throw CommandFailed(
        invalid("FLOWYARD_LOG_LEVEL must be debug, info, warning or error, not '" + word + "'"));
  return found->second;
}

std::optional<std::uint64_t> max_workers_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > kMostWorkers)
    throw CommandFailed(invalid("--max-workers: a whole number from 1 to " + std::to_string(kMostWorkers) +
                                ", not '" + text + "'"));
  return number;
}

void settle_rest(const RunOptions& options, const CliEnvironment& environment,
                 ControllerOptions& controller) {
  controller.fleet = option_or_variable(controller.fleet, environment, "FLOWYARD_FLEET");
  if (!controller.fleet.empty() && controller.fleet != "docker" && controller.fleet != "process")
    throw CommandFailed(invalid("FLOWYARD_FLEET must be docker or process, not '" + controller.fleet + "'"));
  controller.docker_host = option_or_variable(controller.docker_host, environment, "FLOWYARD_DOCKER_HOST");
  controller.images_allow =
      words_of(std::move(controller.images_allow), environment, "FLOWYARD_IMAGES_ALLOW");
  controller.images_build = option_or_variable(controller.images_build, environment, "FLOWYARD_IMAGES_BUILD");
  if (controller.images_build.empty()) controller.images_build = "here";
  if (controller.images_build != "here" && controller.images_build != "always" &&
      controller.images_build != "never")
    throw CommandFailed(invalid("FLOWYARD_IMAGES_BUILD must be here, always or never, not '" +
                                controller.images_build + "'"));
  controller.max_workers =
      max_workers_of(option_or_variable(options.max_workers, environment, "FLOWYARD_MAX_WORKERS"));
  controller.log_level =
      log_level_of(option_or_variable(options.log_level, environment, "FLOWYARD_LOG_LEVEL"));
}

// A controller that nobody asked for by name goes again when nobody needs it.
std::optional<std::chrono::seconds> idle_exit_of(const RunOptions& options,
                                                 const CliEnvironment& environment) {
  const auto text = option_or_variable(options.idle_exit, environment, "FLOWYARD_IDLE_EXIT");
  if (text == "never" || (text.empty() && !options.controller.background)) return std::nullopt;
  if (text.empty()) return kIdleExit;
  const auto span = parse_duration(text);
  if (!span) throw CommandFailed(invalid("--idle-exit: a span like 10m, or never, not '" + text + "'"));
  return std::chrono::ceil<std::chrono::seconds>(*span);
}

int run_controller(const RunOptions& options, const Here& here) {
  ControllerOptions controller = options.controller;
  settle_tcp(options, here.environment, controller);
  settle_rest(options, here.environment, controller);
  controller.folders = folders_of(here.global, here.environment);
  controller.token = token_of(here.global, here.environment);
  controller.idle_exit = idle_exit_of(options, here.environment);
  controller.advertise = option_or_variable(controller.advertise, here.environment, "FLOWYARD_ADVERTISE");
  return here.environment.run_controller(std::move(controller));
}

}  // namespace

void define_controller(Command& program) {
  auto options = std::make_shared<RunOptions>();
  auto command = program.add("controller", "run a controller in the foreground; look after it");
  command.footer(
      "Examples:\n"
      "  flowyard controller run\n"
      "  flowyard controller run --listen 127.0.0.1:7700\n"
      "  flowyard controller status\n"
      "  flowyard controller stop        running experiments go on when one starts again");
  auto run = program.add("controller run", "run a controller in the foreground");
  for (auto each : {command, run}) {
    add_run_options(each, *options);
    each.runs_here([options](Here& here) { return run_controller(*options, here); });
  }
}

}  // namespace flowyard::controller::cli
