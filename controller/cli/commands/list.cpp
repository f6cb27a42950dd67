// list: workers, or experiments.
#include "controller/cli/client/listing.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

enum class Subject { Workers, Experiments };

struct ListOptions {
  Subject subject = Subject::Workers;
  std::string experiment, status;
  bool all = false, system = false;
  Format format = Format::Table;
};

std::string percent(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f%%", value);
  return text;
}

// "running", or "running 40%" where a program says how far it is.
std::string status_text(const service::WorkerView& view) {
  return view.status + (view.progress > 0 ? " " + percent(100 * view.progress) : "");
}

Table worker_table(const std::vector<service::WorkerView>& views) {
  Table table({{"NAME"},
               {"EXPERIMENT"},
               {"SCENARIO"},
               {"STATUS"},
               {"ATTEMPT", Align::Right},
               {"RUNS", Align::Right},
               {"CPU", Align::Right},
               {"MEM", Align::Right},
               {"AGE", Align::Right},
               {"REASON"}});
  for (const auto& view : views) {
    table.add({view.name, view.experiment, view.scenario.empty() ? "-" : view.scenario, status_text(view),
               std::to_string(view.attempt), std::to_string(view.runs), percent(view.cpu_percent),
               format_bytes(view.memory_bytes), format_age(view.age_seconds), view.reason});
  }
  table.color(3, color_of_status);
  return table;
}

std::string reason_of(const service::ExperimentView& view) {
  return view.fetching.empty() ? view.reason : "fetching " + view.fetching;
}

Table experiment_table(const std::vector<service::ExperimentView>& views) {
  Table table({{"ID", Align::Right},
               {"NAME"},
               {"STATE"},
               {"SCENARIOS", Align::Right},
               {"DONE", Align::Right},
               {"FAILED", Align::Right},
               {"WORKERS", Align::Right},
               {"SUBMITTED"},
               {"TIME", Align::Right},
               {"REASON"}});
  for (const auto& view : views) {
    table.add({to_string(view.id), view.name, std::string(to_string(view.state)),
               std::to_string(view.scenarios), std::to_string(view.done), std::to_string(view.failed),
               std::to_string(view.workers_live), to_rfc3339(view.submitted),
               format_seconds(view.wall_seconds), reason_of(view)});
  }
  table.color(2, color_of_status);
  return table;
}

std::string experiments_csv(const std::vector<service::ExperimentView>& views) {
  results::CsvWriter csv;
  for (const char* name : {"id", "name", "state", "scenarios", "done", "failed", "workers_live", "submitted",
                           "finished", "wall_seconds", "reason"})
    csv.cell(name);
  csv.end_row();
  for (const auto& view : views) {
    csv.cell(to_string(view.id)).cell(view.name).cell(to_string(view.state));
    for (const auto count : {view.scenarios, view.done, view.failed, view.workers_live}) csv.cell(count);
    csv.cell(to_rfc3339(view.submitted)).cell(view.finished ? to_rfc3339(*view.finished) : "");
    csv.cell(view.wall_seconds).cell(view.reason);
    csv.end_row();
  }
  return csv.take();
}

// Experiments that have no worker to be listed, and why.
async::Task<> note_waiting(Session& session) {
  for (const auto& view : co_await all_experiments(session, "&state=running")) {
    if (const auto reason = reason_of(view); view.workers_live == 0 && !reason.empty())
      session.terminal.note(printable(view.name) + " (id " + to_string(view.id) + "): " + printable(reason));
  }
}

async::Task<> list_workers(const ListOptions& options, Session& session) {
  // Who asks for those that failed means those that are gone, too.
  std::string query = options.all || !options.status.empty() ? "&all=true" : "";
  if (!options.experiment.empty()) query += "&experiment=" + http::percent_encode(options.experiment);
  if (!options.status.empty()) query += "&status=" + http::percent_encode(options.status);
  const auto views = co_await all_workers(session, std::move(query));
  if (session.terminal.quiet()) {
    for (const auto& view : views) session.terminal.out() << view.name << "\n";
  } else if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(rest::to_json(rest::Page<service::WorkerView>{views, {}}))
                            << "\n";
  } else if (options.format == Format::Csv) {
    session.terminal.out() << workers_csv(views);
  } else {
    worker_table(views).print(session.terminal);
    co_await note_waiting(session);
  }
}

Table system_table(const std::vector<service::SystemContainerView>& views) {
  Table table({{"NAME"}, {"EXPERIMENT"}, {"STATUS"}, {"FOR"}});
  for (const auto& view : views)
    table.add({view.name, view.experiment.empty() ? "-" : view.experiment, view.status,
               view.experiment.empty() ? "the network of the next experiment" : "its workers' network"});
  return table;
}

std::string system_csv(const std::vector<service::SystemContainerView>& views) {
  results::CsvWriter csv;
  for (const char* name : {"name", "fleet", "experiment", "status"}) csv.cell(name);
  csv.end_row();
  for (const auto& view : views) {
    csv.cell(view.name).cell(view.fleet).cell(view.experiment).cell(view.status);
    csv.end_row();
  }
  return csv.take();
}

async::Task<> list_system(const ListOptions& options, Session& session) {
  const auto body = co_await session.connection.get("/api/v1/controller/containers");
  const auto view = value_or_fail(rest::system_from_json(body));
  if (session.terminal.quiet()) {
    for (const auto& one : view.containers) session.terminal.out() << one.name << "\n";
  } else if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(body) << "\n";
  } else if (options.format == Format::Csv) {
    session.terminal.out() << system_csv(view.containers);
  } else {
    system_table(view.containers).print(session.terminal);
  }
}

async::Task<> list_experiments(const ListOptions& options, Session& session) {
  std::string query = options.status.empty() ? "" : "&state=" + http::percent_encode(options.status);
  const auto views = co_await all_experiments(session, std::move(query));
  if (session.terminal.quiet()) {
    for (const auto& view : views) session.terminal.out() << to_string(view.id) << "\n";
  } else if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(rest::to_json(rest::Page<service::ExperimentView>{views, {}}))
                            << "\n";
  } else if (options.format == Format::Csv) {
    session.terminal.out() << experiments_csv(views);
  } else {
    experiment_table(views).print(session.terminal);
  }
}

ExitStatus list(ListOptions options, Session& session) {
  if (options.system) {
    co_await list_system(options, session);
  } else if (options.subject == Subject::Experiments) {
    co_await list_experiments(options, session);
  } else {
    co_await list_workers(options, session);
  }
  co_return Ok;
}

}  // namespace

void define_list(Command& program) {
  auto options = std::make_shared<ListOptions>();
  auto command = program.add("list", "list workers, or experiments").alias("ls").alias("ps");
  const auto read = [options](const std::string& word) {
    if (word != "workers" && word != "experiments") {
      throw UsageError("list: workers or experiments, not '" + word + "'");
    }
    options->subject = word == "workers" ? Subject::Workers : Subject::Experiments;
  };
  command.read_option("what", read, "workers (default) or experiments")
      .text("[workers|experiments]")
      .suggest({"workers", "experiments"});
  command.option("-e,--experiment", options->experiment, "only workers of this experiment")
      .completes({Completes::Experiments});
  command.option("-s,--status", options->status,
                 "only those with this status, also if gone (failed, running, ...)");
  command.flag("-a,--all", options->all, "workers whose container is gone, too");
  command.flag("--system", options->system, "containers that are no worker's: they hold networks");
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard list\n"
      "  flowyard list --all --experiment @latest\n"
      "  flowyard list --status failed -q | xargs -n1 flowyard log\n"
      "  flowyard list experiments -o json");
  command.runs([options](Session& session) { return list(*options, session); });
}

}  // namespace flowyard::controller::cli
