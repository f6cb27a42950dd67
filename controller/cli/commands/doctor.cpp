// doctor: checks what experiments need, with advice where something is missing.
#include <nlohmann/json.hpp>

#include "controller/cli/client/checks.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/commands/version.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct DoctorOptions {
  Format format = Format::Table;
};

// The controller's view; none: none answers, and `finding` says so.
async::Task<std::optional<service::ControllerView>> ask_controller(Session& session, Finding& finding) {
  finding.check = "controller";
  std::string why;
  try {
    const auto body = co_await session.connection.get("/api/v1/controller");
    auto view = value_or_fail(rest::controller_from_json(body));
    finding.detail = "version " + view.version + ", process " + std::to_string(view.pid);
    const std::string ours = std::string(kVersionLine).substr(std::string("flowyard ").size());
    if (view.version != ours) {
      finding.verdict = Verdict::Warn;
      finding.detail += "; this command is version " + ours;
      finding.advice = "stop it with 'flowyard controller stop': the next command starts one of this version";
    }
    co_return view;
  } catch (const CommandFailed& failed) {
    why = failed.errors().front().message;
  }
  finding.detail = why;
  co_return std::nullopt;
}

// Containers that are no worker's, told by number.
async::Task<Finding> system_of(Session& session) {
  const auto body = co_await session.connection.get("/api/v1/controller/containers");
  const auto view = value_or_fail(rest::system_from_json(body));
  Finding finding{.check = "networks", .detail = "", .advice = ""};
  const auto spares = std::count_if(view.containers.begin(), view.containers.end(),
                                    [](const auto& one) { return one.experiment.empty(); });
  finding.detail = plural(view.containers.size(), "container") + " that hold networks of experiments, " +
                   std::to_string(spares) +
                   " of them ready for the next; 'flowyard list --system' names them";
  co_return finding;
}

Finding store_of(const service::ControllerView& view) {
  Finding finding{.check = "store", .detail = view.store, .advice = ""};
  if (view.store.starts_with("damaged")) {
    finding.verdict = Verdict::Fail;
    finding.advice = "put back a backup, with 'flowyard restore --same FILE'";
  }
  return finding;
}

// A controller elsewhere: what it needs there is for `flowyard doctor` there.
std::vector<Finding> elsewhere(Finding controller, bool answers) {
  if (!answers) {
    controller.verdict = Verdict::Fail;
    controller.advice = "say where it is with --controller, and who asks with --token";
  }
  return {std::move(controller)};
}

async::Task<std::vector<Finding>> examine(Session& session) {
  const auto& environment = session.environment;
  const auto& target = session.connection.target();
  Finding controller;
  const auto view = co_await ask_controller(session, controller);
  if (!target.is_own) co_return elsewhere(std::move(controller), view.has_value());
  if (!view) controller.detail = "none runs; one is started when it is needed";
  auto findings = findings_of_machine(target.start.folders, target.start.program, SystemClock{}.now(),
                                      view ? Running::Yes : Running::No);
  if (view) findings.push_back(store_of(*view));
  if (view && view->fleet == "docker") {
    auto networks = co_await system_of(session);
    findings.push_back(std::move(networks));
  }
  const std::string fleet = view ? view->fleet : option_or_variable("", environment, "FLOWYARD_FLEET");
  const auto needed = fleet == "process" ? Needed::No : Needed::Yes;
  const auto engine =
      co_await environment.look_at_engine(option_or_variable("", environment, "FLOWYARD_DOCKER_HOST"),
                                          worker_program_beside(target.start.program));
  for (auto& finding : findings_of_engine(engine, needed)) findings.push_back(std::move(finding));
  findings.push_back(std::move(controller));
  co_return findings;
}

void print(Terminal& terminal, const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    const auto color = finding.verdict == Verdict::Ok     ? Color::Green
                       : finding.verdict == Verdict::Warn ? Color::Yellow
                                                          : Color::Red;
    std::string name = finding.check;
    name.resize(std::max<std::size_t>(name.size(), 15), ' ');
    std::string verdict = to_string(finding.verdict);
    verdict.resize(5, ' ');
    terminal.out() << terminal.out_colored(verdict, color) << name << " " << printable(finding.detail)
                   << "\n";
    if (!finding.advice.empty()) terminal.out() << "     -> " << printable(finding.advice) << "\n";
  }
}

std::string as_json(const std::vector<Finding>& findings) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    all.push_back({{"check", finding.check},
                   {"verdict", to_string(finding.verdict)},
                   {"detail", finding.detail},
                   {"advice", finding.advice}});
  }
  const nlohmann::ordered_json json = {{"checks", std::move(all)}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

ExitStatus doctor(DoctorOptions options, Session& session) {
  session.connection.never_start();
  const auto findings = co_await examine(session);
  if (options.format == Format::Table) {
    print(session.terminal, findings);
  } else {
    session.terminal.data() << as_json(findings) << "\n";
  }
  const bool fails = std::any_of(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.verdict == Verdict::Fail; });
  co_return fails ? ExperimentFailed : Ok;
}

}  // namespace

void define_doctor(Command& program) {
  auto options = std::make_shared<DoctorOptions>();
  auto command = program.add("doctor", "look whether everything is there that experiments need");
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard doctor\n"
      "  flowyard doctor -o json\n\n"
      "Looks at folders and rights, disk, descriptors, clock, store, worker program, Docker Engine, image "
      "and the\n"
      "controller's version. Exit code 1 where something fails; what only deserves a warning does not "
      "count.");
  command.runs([options](Session& session) { return doctor(*options, session); });
}

}  // namespace flowyard::controller::cli
