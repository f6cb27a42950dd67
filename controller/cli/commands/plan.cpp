// plan: what an experiment would do; nothing starts.
#include "controller/cli/client/sending.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/joined.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

void print_lines(Terminal& terminal, const char* label, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    print_field(terminal, i == 0 ? label : "", printable(lines[i]));
  }
}

std::string listed(const std::vector<std::string>& words) {
  return words.empty() ? "none" : joined(words, ", ");
}

std::string worker_count(const service::PlanView& view) {
  std::string text = format_count(view.workers_at_once) + " at once";
  if (view.workers_in_all > view.workers_at_once)
    text += ", " + format_count(view.workers_in_all) + " in all";
  return text + " (isolation " + view.isolation + ", fleet " + view.fleet + ")";
}

std::string results_size(const service::PlanView& view) {
  std::string text = "about " + format_bytes(view.output_bytes);
  if (!view.free_bytes) return text;
  text += " (" + format_bytes(*view.free_bytes) + " free)";
  return view.output_bytes <= *view.free_bytes ? text : text + ": it will not fit";
}

void print_plan(Terminal& terminal, const service::PlanView& view) {
  print_field(terminal, "Experiment", view.name);
  print_field(terminal, "Scenarios", format_count(view.scenarios));
  print_lines(terminal, "Axes", view.axes);
  if (view.regions > 1) print_field(terminal, "Regions", format_count(view.regions));
  if (view.replications > 1) print_field(terminal, "Replications", format_count(view.replications));
  print_field(terminal, "Batches", format_count(view.batches));
  print_field(terminal, "Workers", worker_count(view));
  print_field(terminal, "Memory", "at most " + format_bytes(view.memory_bytes));
  print_field(terminal, "Results", results_size(view));
  if (view.seconds)
    print_field(terminal, "Time",
                "about " + format_roughly(*view.seconds) + " on " + plural(view.workers_at_once, "worker") +
                    ", by a short trial");
  print_field(terminal, "Outcomes", listed(view.outcomes));
  print_field(terminal, "Series", listed(view.series));
  if (!view.named.empty()) terminal.out() << "\n";
}

Table named_scenarios(const service::PlanView& view) {
  Table table({{"NAMED SCENARIO"}, {"RUNS", Align::Right}, {"MODEL"}});
  for (const auto& named : view.named) table.add({named.name, std::to_string(named.points), named.model});
  return table;
}

ExitStatus plan(SubmitOptions options, Session& session) {
  const auto view = co_await plan_of(options, session);
  auto& terminal = session.terminal;
  if (options.format == Format::Json) {
    terminal.data() << rest::indented(rest::to_json(view)) << "\n";
  } else if (options.format == Format::Csv) {
    named_scenarios(view).print_csv(terminal.out());
  } else {
    print_plan(terminal, view);
    if (!view.named.empty()) named_scenarios(view).print(terminal);
  }
  co_return Ok;
}

}  // namespace

void define_plan(Command& program) {
  auto options = std::make_shared<SubmitOptions>();
  auto command = program.add("plan", "show what an experiment would do; nothing starts");
  add_experiment_file(command, options->file);
  add_overrides(command, *options);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard plan sweep.yaml\n"
      "  flowyard plan sweep.yaml -o json | jq .scenarios");
  command.runs([options](Session& session) { return plan(*options, session); });
}

}  // namespace flowyard::controller::cli
