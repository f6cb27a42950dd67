// controller status: what the controller is and does.
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

struct StatusOptions {
  Format format = Format::Table;
};

void print_status(Terminal& terminal, const service::ControllerView& view) {
  print_field(terminal, "Controller", "version " + view.version + ", process " + std::to_string(view.pid));
  print_field(terminal, "Started", to_rfc3339(view.started));
  print_field(terminal, "Fleet",
              view.fleet + (view.fleet_detail.empty() ? "" : " (" + view.fleet_detail + ")"));
  print_field(terminal, "Running",
              plural(view.experiments_running, "experiment") + ", " + plural(view.workers_live, "worker"));
  print_field(terminal, "Memory", format_bytes(view.memory_bytes));
  if (!view.store.empty()) print_field(terminal, "Store", printable(view.store));
  print_field(terminal, "Data folder", view.data_folder);
  print_field(terminal, "Run folder", view.run_folder);
  for (const auto& endpoint : view.endpoints) print_field(terminal, "Answers at", endpoint);
}

std::string status_csv(const service::ControllerView& view) {
  results::CsvWriter csv;
  for (const char* name : {"version", "pid", "started", "fleet", "experiments_running", "workers_live",
                           "memory_bytes", "data_folder", "run_folder"})
    csv.cell(name);
  csv.end_row();
  csv.cell(view.version).cell(std::to_string(view.pid)).cell(to_rfc3339(view.started)).cell(view.fleet);
  csv.cell(view.experiments_running).cell(view.workers_live).cell(view.memory_bytes);
  csv.cell(view.data_folder).cell(view.run_folder).end_row();
  return csv.take();
}

ExitStatus controller_status(StatusOptions options, Session& session) {
  session.connection.never_start();
  const auto body = co_await session.connection.get("/api/v1/controller");
  if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(body) << "\n";
    co_return Ok;
  }
  const auto view = value_or_fail(rest::controller_from_json(body));
  if (options.format == Format::Csv) {
    session.terminal.out() << status_csv(view);
  } else {
    print_status(session.terminal, view);
  }
  co_return Ok;
}

}  // namespace

void define_controller_status(Command& program) {
  auto options = std::make_shared<StatusOptions>();
  auto command =
      program.add("controller status", "what the controller is and does; exit code 5 if there is none");
  add_format(command, options->format);
  command.runs([options](Session& session) { return controller_status(*options, session); });
}

}  // namespace flowyard::controller::cli
