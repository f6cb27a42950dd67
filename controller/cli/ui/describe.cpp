#include "controller/cli/ui/describe.hpp"

#include <algorithm>

#include "controller/cli/ui/text.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr std::size_t kLabelWidth = 14;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string state_line(const service::ExperimentView& view) {
  std::string text(to_string(view.state));
  if (!view.reason.empty()) text += ": " + printable(view.reason);
  if (!view.fetching.empty()) text += ": fetching " + printable(view.fetching);
  return text;
}

std::string scenarios_line(const service::ExperimentView& view) {
  std::string text = format_count(view.done) + " of " + format_count(view.scenarios) + " done";
  if (view.failed > 0) text += ", " + format_count(view.failed) + " failed";
  if (view.not_finite > 0) text += ", " + format_count(view.not_finite) + " not finite";
  if (view.retries > 0) text += ", " + format_count(view.retries) + " retried";
  return text;
}

// "12 scenarios, in batches of 3 and more; the 2nd of 3 attempts", "1 scenario, alone"
std::string tried_again_line(const service::ExperimentView& view) {
  std::string text = plural(view.tried_again, "scenario");
  if (view.smallest_batch == view.tried_again) {
    text += view.smallest_batch == 1 ? ", alone" : ", in one batch";
  } else {
    text += view.smallest_batch == 1 ? ", some alone"
                                     : ", in batches of " + format_count(view.smallest_batch) + " and more";
  }
  // Attempts are of scenarios that are alone; before, batches are cut.
  if (view.most_tries > 0)
    text += "; " + format_count(view.most_tries) + " of " + plural(view.attempts, "attempt") + " failed";
  return text;
}

}  // namespace

void print_field(Terminal& terminal, const std::string& label, const std::string& value) {
  std::string padded = label;
  padded.resize(std::max(kLabelWidth, label.size() + 1), ' ');
  terminal.out() << padded << value << "\n";
}

void print_line(Terminal& terminal, const std::string& label, const std::string& value) {
  const int room = terminal.out_width() - static_cast<int>(kLabelWidth);
  print_field(terminal, label, terminal.out_width() == 0 ? value : trimmed(value, std::max(room, 8)));
}

Color color_of_status(const std::string& status) {
  if (status == "running" || status == "succeeded" || status == "ready") return Color::Green;
  if (status == "failed" || status == "incomplete") return Color::Red;
  if (status == "cancelled" || status == "starting" || status == "planned") return Color::Yellow;
  if (status == "finished" || status == "gone" || status == "exited") return Color::Faint;
  return Color::None;
}

void print_head(Terminal& terminal, const service::ExperimentView& view) {
  print_field(terminal, "Experiment", printable(view.name) + " (id " + to_string(view.id) + ")");
  print_field(terminal, "State", state_line(view));
  print_field(terminal, "Scenarios", scenarios_line(view));
  if (view.tried_again > 0) print_field(terminal, "Tried again", tried_again_line(view));
  if (view.failures_max)
    print_field(terminal, "Failures",
                format_count(view.failed) + " of " + format_count(*view.failures_max) + " that it bears");
  print_field(terminal, "Workers",
              format_count(view.workers_in_all) + " (" + or_dash(view.fleet) + "), " +
                  format_count(view.workers_live) + " live");
  if (!view.image.empty())
    print_field(
        terminal, "Image",
        printable(view.image) + (view.image_ran.empty() ? "" : " (" + printable(view.image_ran) + ")"));
  print_field(terminal, "Wall time",
              format_seconds(view.wall_seconds) + " (all workers together: computing " +
                  format_seconds(view.compute_seconds) + ", starting " + format_seconds(view.start_seconds) +
                  ")");
}

void print_containers(Terminal& terminal, const service::ExperimentDetail& detail) {
  if (detail.workers_in_all == 0) return;
  terminal.out() << "\n";
  if (detail.containers.empty()) {
    terminal.out() << plural(detail.workers_in_all, "container") << ": flowyard list --all --experiment "
                   << to_string(detail.id) << "\n";
    return;
  }
  Table table({{"CONTAINER"},
               {"TITLE"},
               {"SCENARIO"},
               {"ITERATIONS", Align::Right},
               {"TOTAL TIME", Align::Right},
               {"PER ITERATION", Align::Right}});
  for (const auto& one : detail.containers) {
    table.add({one.worker, or_dash(one.title), or_dash(one.scenario), std::to_string(one.iterations),
               format_seconds(one.total_seconds), format_seconds(one.per_iteration_seconds)});
  }
  table.print(terminal);
}

void print_where(Terminal& terminal, const service::ExperimentDetail& detail) {
  terminal.out() << "\n";
  std::string told;
  for (const auto& location : detail.where) told += printable(location) + "\n";
  terminal.out() << told;
  // The controller knows places; the commands are ours to tell, unless it told them.
  const auto command = [&](const char* label, const std::string& text) {
    const std::string words = text.substr(0, text.find(' ', text.find(' ') + 1));  // "flowyard log"
    if (told.find(words) == std::string::npos) print_field(terminal, label, text);
  };
  const std::string which = to_string(detail.id);
  command("Results", "flowyard checkout " + which + " -o results");
  if (!detail.containers.empty()) command("Log", "flowyard log " + detail.containers.front().worker);
  const auto state = detail.state;
  if (detail.failed > 0 || state == experiment::ExperimentState::Failed) {
    command("Why it failed", "flowyard why " + which);
  }
}

std::string workers_csv(const std::vector<service::WorkerView>& views) {
  results::CsvWriter csv;
  for (const char* name :
       {"name", "experiment", "scenario", "status", "attempt", "runs", "cpu_percent", "cpu_seconds",
        "compute_seconds", "memory_bytes", "age_seconds", "created", "exited", "cause", "reason"})
    csv.cell(name);
  csv.end_row();
  const auto time = [](const std::optional<TimePoint>& at) { return at ? to_rfc3339(*at) : std::string(); };
  for (const auto& view : views) {
    csv.cell(view.name).cell(view.experiment).cell(view.scenario).cell(view.status);
    csv.cell(static_cast<std::uint64_t>(view.attempt)).cell(view.runs);
    csv.cell(view.cpu_percent).cell(view.cpu_seconds).cell(view.compute_seconds);
    csv.cell(view.memory_bytes).cell(view.age_seconds);
    csv.cell(time(view.created)).cell(time(view.exited)).cell(to_string(view.cause)).cell(view.reason);
    csv.end_row();
  }
  return csv.take();
}

ExitCode exit_code_of(experiment::ExperimentState state) {
  switch (state) {
    case experiment::ExperimentState::Running:
    case experiment::ExperimentState::Succeeded:
      return Ok;
    case experiment::ExperimentState::Incomplete:
    case experiment::ExperimentState::Failed:
    case experiment::ExperimentState::Cancelled:
    case experiment::ExperimentState::Paused:
      return ExperimentFailed;
  }
  return ExperimentFailed;
}

}  // namespace flowyard::controller::cli
