// show: one experiment, or one worker.
#include "controller/cli/client/results.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct ShowOptions {
  std::string which = "@latest";
  ResultOptions results;
  Format format = Format::Table;
};

void print_worker(Terminal& terminal, const service::WorkerView& worker) {
  const auto time = [](const std::optional<TimePoint>& at) { return at ? to_rfc3339(*at) : "-"; };
  print_field(terminal, "Worker", worker.name);
  print_field(terminal, "Experiment", worker.experiment + " (id " + to_string(worker.experiment_id) + ")");
  print_field(terminal, "Scenario", worker.scenario.empty() ? "-" : worker.scenario);
  print_field(terminal, "Status", worker.status + " (" + std::string(to_string(worker.state)) + ")");
  if (!worker.reason.empty()) print_field(terminal, "Reason", printable(worker.reason));
  if (worker.cause != experiment::DeathCause::None) {
    print_field(terminal, "Cause", std::string(to_string(worker.cause)));
  }
  if (worker.exit) print_field(terminal, "Exit code", std::to_string(worker.exit->code));
  print_field(terminal, "Attempt", std::to_string(worker.attempt));
  print_field(terminal, "Runs", format_count(worker.runs));
  print_field(terminal, "Computing", format_seconds(worker.compute_seconds));
  print_field(terminal, "CPU time", format_seconds(worker.cpu_seconds));
  print_field(terminal, "Memory", format_bytes(worker.memory_bytes));
  print_field(terminal, "Created", time(worker.created));
  print_field(terminal, "Ready", time(worker.ready));
  print_field(terminal, "Ended", time(worker.exited));
  print_field(terminal, "Fleet", worker.fleet + " " + worker.handle.substr(0, 12));
  terminal.out() << "\n";
  print_field(terminal, "Log", "flowyard log " + worker.name);
}

// What lies over its file.
void print_overrides(Terminal& terminal, const service::ExperimentView& view) {
  std::string text;
  for (const auto& [key, value] : view.overrides) text += (text.empty() ? "" : ", ") + key + ": " + value;
  if (!text.empty()) print_field(terminal, "Overrides", printable(text));
}

ExitStatus show(ShowOptions options, Session& session) {
  http::Request request;
  request.target = path_of("experiments", options.which);
  const auto response = co_await session.connection.ask(std::move(request));
  if (response.status == 200) {
    const auto detail = co_await show_experiment(session, response.body, options.results, options.format);
    if (options.format == Format::Table) print_overrides(session.terminal, detail);
    if (options.format == Format::Table && !session.terminal.quiet()) print_where(session.terminal, detail);
    co_return Ok;
  }
  if (response.status != 404 || options.which.starts_with('@')) {
    throw CommandFailed(errors_of(response));
  }
  const auto body = co_await session.connection.get(path_of("workers", options.which));
  if (options.results.any())
    throw CommandFailed(invalid("--where, --sort, --columns and --limit are for an experiment, and '" +
                                options.which + "' is a worker"));
  if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(body) << "\n";
    co_return Ok;
  }
  const auto worker = value_or_fail(rest::worker_from_json(body));
  if (options.format == Format::Csv) {
    session.terminal.out() << workers_csv({worker});
  } else {
    print_worker(session.terminal, worker);
  }
  co_return Ok;
}

}  // namespace

void define_show(Command& program) {
  auto options = std::make_shared<ShowOptions>();
  auto command = program.add("show", "show an experiment with its results, or a worker");
  add_which(command, options->which, {Completes::Workers, Completes::Experiments});
  add_results(command, options->results);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard show\n"
      "  flowyard show logistic-sweep -o csv\n"
      "  flowyard show logistic-sweep --where 'growth_rate > 0.05 and region == north' --sort -final\n"
      "  flowyard show novel-poodle");
  command.runs([options](Session& session) { return show(*options, session); });
}

}  // namespace flowyard::controller::cli
