#include "controller/cli/ui/describe.hpp"

#include <algorithm>
#include <set>

#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

std::set<std::string> outcome_names(const service::ExperimentDetail& detail) {
  std::set<std::string> names;
  for (const auto& line : detail.summaries) {
    for (const auto& [name, value] : line.outcomes) names.insert(name);
  }
  return names;
}

std::string parameters_of(const service::ScenarioSummary& line) {
  std::string text;
  for (const auto& [name, value] : line.parameters) {
    text += (text.empty() ? "" : " ") + name + "=" + format_number(value);
  }
  return text.empty() ? "-" : text;
}

std::string scenario_of(const service::ScenarioSummary& line) {
  if (line.region.empty()) return line.scenario.empty() ? "-" : line.scenario;
  return (line.scenario.empty() ? "" : line.scenario + " / ") + line.region;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string state_line(const service::ExperimentView& view) {
  std::string text(to_string(view.state));
  if (!view.reason.empty()) text += ": " + printable(view.reason);
  return text;
}

std::string scenarios_line(const service::ExperimentView& view) {
  std::string text = format_count(view.done) + " of " + format_count(view.scenarios) + " done";
  if (view.failed > 0) text += ", " + format_count(view.failed) + " failed";
  if (view.not_finite > 0) text += ", " + format_count(view.not_finite) + " not finite";
  if (view.retries > 0) text += ", " + format_count(view.retries) + " retried";
  return text;
}

void print_head(Terminal& terminal, const service::ExperimentView& view) {
  print_field(terminal, "Experiment", printable(view.name) + " (id " + to_string(view.id) + ")");
  print_field(terminal, "State", state_line(view));
  print_field(terminal, "Scenarios", scenarios_line(view));
  print_field(terminal, "Workers",
              format_count(view.workers_in_all) + " (" + or_dash(view.fleet) + "), " +
                  format_count(view.workers_live) + " live");
  print_field(terminal, "Wall time",
              format_seconds(view.wall_seconds) + " (all workers together: computing " +
                  format_seconds(view.compute_seconds) + ", starting " + format_seconds(view.start_seconds) +
                  ")");
}

}  // namespace

void print_field(Terminal& terminal, const std::string& label, const std::string& value) {
  constexpr std::size_t kLabelWidth = 14;
  std::string padded = label;
  padded.resize(std::max(kLabelWidth, label.size() + 1), ' ');
  terminal.out() << padded << value << "\n";
}

Color color_of_status(const std::string& status) {
  if (status == "running" || status == "succeeded" || status == "ready") return Color::Green;
  if (status == "failed" || status == "incomplete") return Color::Red;
  if (status == "cancelled" || status == "starting" || status == "planned") return Color::Yellow;
  if (status == "finished" || status == "gone" || status == "exited") return Color::Faint;
  return Color::None;
}

// Of each outcome that some iterations have no finite value of, how many.
std::string left_out_of(const service::ScenarioSummary& line) {
  std::string text;
  for (const auto& [name, count] : line.left_out)
    text += (text.empty() ? "" : ", ") + name + ": " + std::to_string(count);
  return or_dash(text);
}

Table summary_table(const service::ExperimentDetail& detail) {
  const auto names = outcome_names(detail);
  bool any_failed = false;
  bool any_left_out = false;  // of a mean, for its outcome is no finite number
  for (const auto& line : detail.summaries) {
    any_failed = any_failed || line.failed > 0;
    any_left_out = any_left_out || !line.left_out.empty();
  }
  std::vector<Column> columns = {{"CONTAINER"},
                                 {"TITLE"},
                                 {"SCENARIO"},
                                 {"PARAMETERS"},
                                 {"ITERATIONS", Align::Right},
                                 {"TOTAL TIME", Align::Right},
                                 {"PER ITERATION", Align::Right}};
  if (any_failed) columns.push_back({"FAILED", Align::Right});
  if (any_left_out) columns.push_back({"LEFT OUT", Align::Right});
  for (const auto& name : names) columns.push_back({name, Align::Right});
  Table table(std::move(columns));
  for (const auto& line : detail.summaries) {
    std::vector<std::string> cells = {or_dash(line.worker),
                                      or_dash(line.title),
                                      scenario_of(line),
                                      parameters_of(line),
                                      std::to_string(line.iterations),
                                      format_seconds(line.total_seconds),
                                      format_seconds(line.per_iteration_seconds)};
    if (any_failed) cells.push_back(std::to_string(line.failed));
    if (any_left_out) cells.push_back(left_out_of(line));
    for (const auto& name : names) {
      const auto found = line.outcomes.find(name);
      cells.push_back(found == line.outcomes.end() ? "-" : format_number(found->second));
    }
    table.add(std::move(cells));
  }
  return table;
}

Table outcome_table(const service::ExperimentDetail& detail) {
  const bool any_left_out = std::any_of(detail.outcomes.begin(), detail.outcomes.end(),
                                        [](const auto& outcome) { return outcome.left_out > 0; });
  std::vector<Column> columns = {{"OUTCOME"}, {"COUNT", Align::Right}};
  if (any_left_out) columns.push_back({"LEFT OUT", Align::Right});
  for (const char* name : {"MEAN", "SD", "MIN", "P05", "MEDIAN", "P95", "MAX"})
    columns.push_back({name, Align::Right});
  Table table(std::move(columns));
  for (const auto& outcome : detail.outcomes) {
    std::vector<std::string> cells = {outcome.name, std::to_string(outcome.count)};
    if (any_left_out) cells.push_back(std::to_string(outcome.left_out));
    for (const double value :
         {outcome.mean, outcome.sd, outcome.min, outcome.p05, outcome.median, outcome.p95, outcome.max})
      cells.push_back(format_number(value));
    table.add(std::move(cells));
  }
  return table;
}

void print_experiment(Terminal& terminal, const service::ExperimentDetail& detail, Format format) {
  if (format == Format::Json) {
    terminal.data() << rest::indented(rest::to_json(detail)) << "\n";
    return;
  }
  if (format == Format::Csv) {
    summary_table(detail).print_csv(terminal.out());
    return;
  }
  print_head(terminal, detail);
  if (!detail.summaries.empty()) {
    terminal.out() << "\n";
    summary_table(detail).print(terminal);
  }
  if (!detail.outcomes.empty()) {
    terminal.out() << "\n";
    outcome_table(detail).print(terminal);
  }
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
  for (const auto& line : detail.summaries) {
    if (line.worker.empty()) continue;
    command("Log", "flowyard log " + line.worker);
    break;
  }
  const auto state = detail.state;
  if (detail.failed > 0 || state == experiment::ExperimentState::Failed) {
    command("Why it failed", "flowyard why " + which);
  }
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
