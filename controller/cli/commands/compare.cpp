// compare: how far two results of the same scenarios are apart; or one experiment run by two engines.
#include <algorithm>
#include <cmath>

#include "controller/cli/client/running.hpp"
#include "controller/cli/client/sending.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

struct CompareOptions {
  std::vector<std::string> what;  // two experiments, or one file with `engines`
  std::string engines;            // "native,pysd"
  std::optional<double> within;   // the largest relative difference that is borne; none: any
  SubmitOptions run;
};

// A program needs more memory than the engine: files that say how much mostly mean the engine.
constexpr const char* kMemoryOfPrograms = "512MiB";

SubmitOptions run_by(const SubmitOptions& options, const std::string& name, const std::string& engine) {
  SubmitOptions run = options;
  auto& overrides = run.overrides;
  const auto says = [&](const char* of) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const auto& one) { return one.of == of; });
  };
  overrides.push_back({"set", "runner", engine});
  if (engine != "native" && !says("workers.memory"))
    overrides.push_back({"set", "workers.memory", kMemoryOfPrograms});
  std::erase_if(overrides, [](const auto& one) { return one.key == "name"; });
  overrides.push_back({"name", "", name + "-" + engine});
  return run;
}

std::string place_of(const service::DifferenceView& view) {
  std::string place = std::to_string(view.scenario);
  if (!view.element.empty()) place += " [" + view.element + "]";
  if (view.time) place += " at " + format_number(*view.time);
  return place;
}

std::string size_of(double difference) {
  return std::isfinite(difference) ? format_number(difference) : "only one is a number";
}

void print(const service::ComparisonView& view, Terminal& terminal) {
  if (view.unlike > 0)
    terminal.note("note: " + plural(view.unlike, "scenario") + " of " + std::to_string(view.checked) +
                  " looked at have other parameters in the two: these are not differences of the same runs");
  Table table({{"NAME"},
               {"KIND"},
               {"LARGEST DIFFERENCE", Align::Right},
               {"RELATIVE", Align::Right},
               {"SCENARIO"},
               {view.first, Align::Right},
               {view.second, Align::Right}});
  for (const auto& one : view.differences) {
    const bool same = one.absolute == 0;
    table.add({one.name, one.kind, same ? "none" : size_of(one.absolute), same ? "-" : size_of(one.relative),
               same ? "-" : place_of(one), same ? "-" : format_number(one.first),
               same ? "-" : format_number(one.second)});
  }
  terminal.out() << plural(view.compared, "scenario") << " of " << printable(view.first) << " and "
                 << printable(view.second) << " compared";
  const auto all = std::max(view.first_scenarios, view.second_scenarios);
  if (view.compared < all) terminal.out() << "; " << all - view.compared << " are not done in both";
  terminal.out() << (view.same_times ? "" : "; series that are saved at other times are left out") << "\n\n";
  table.print(terminal);
}

void print_csv(const service::ComparisonView& view, Terminal& terminal) {
  results::CsvWriter csv;
  for (const char* name :
       {"name", "kind", "absolute", "relative", "scenario", "element", "time", "first", "second", "compared"})
    csv.cell(name);
  csv.end_row();
  for (const auto& one : view.differences) {
    csv.cell(one.name)
        .cell(one.kind)
        .cell(one.absolute)
        .cell(one.relative)
        .cell(one.scenario)
        .cell(one.element);
    if (one.time) {
      csv.cell(*one.time);
    } else {
      csv.cell("");
    }
    csv.cell(one.first).cell(one.second).cell(one.compared).end_row();
  }
  terminal.out() << csv.take();
}

std::vector<std::string> engines_of(const std::string& list) {
  std::vector<std::string> engines(1);
  for (const char c : list) {
    if (c == ',') {
      engines.emplace_back();
    } else {
      engines.back() += c;
    }
  }
  return engines;
}

ExitStatus compare(CompareOptions options, Session& session) {
  std::vector<std::string> which = options.what;
  if (!options.engines.empty()) {
    options.run.file = options.what.front();
    const auto planned = co_await plan_of(options.run, session);
    which.clear();
    for (const auto& engine : engines_of(options.engines)) {
      auto run = run_by(options.run, planned.name, engine);
      const auto ran = co_await run_to_end(std::move(run), session);
      if (ran.interrupted) co_return Interrupted;
      which.push_back(to_string(ran.view.id));
    }
  }
  const auto body = co_await session.connection.get(path_of("experiments", which[0], "/compare") +
                                                    "?with=" + http::percent_encode(which[1]));
  const auto view = value_or_fail(rest::comparison_from_json(body));
  switch (options.run.format) {
    case Format::Json:
      session.terminal.data() << rest::indented(body) << "\n";
      break;
    case Format::Csv:
      print_csv(view, session.terminal);
      break;
    case Format::Table:
      print(view, session.terminal);
      break;
  }
  const bool too_far =
      options.within && (view.compared == 0 ||
                         std::any_of(view.differences.begin(), view.differences.end(),
                                     [&](const auto& one) { return !(one.relative <= *options.within); }));
  co_return too_far ? ExperimentFailed : Ok;
}

}  // namespace

void define_compare(Command& program) {
  auto options = std::make_shared<CompareOptions>();
  auto command = program.add("compare", "tell how far two results of the same scenarios are apart");
  command.option("WHAT", options->what, "two experiments; or one experiment file with --engines")
      .required()
      .completes({Completes::Experiments, Completes::Files});
  command.option("--engines", options->engines, "run the file by each of two runners and compare")
      .type("A,B")
      .suggest({"native,pysd"});
  command.option("--within", options->within, "exit with 1 where a relative difference is larger")
      .type("NUMBER");
  add_overrides(command, options->run);
  add_format(command, options->run.format);
  command.footer(
      "Examples:\n"
      "  flowyard compare before after\n"
      "  flowyard compare --engines native,pysd experiment.yaml\n"
      "  flowyard compare --engines native,pysd --within 1e-6 experiment.yaml\n\n"
      "For each outcome and series it tells the largest difference and where it is: scenario, element, "
      "time.");
  command.runs([options](Session& session) { return compare(*options, session); },
               [options] {
                 const bool by_engines = !options->engines.empty();
                 if (options->what.size() != (by_engines ? 1u : 2u))
                   throw UsageError(by_engines
                                        ? "with --engines give one experiment file"
                                        : "give two experiments, or a file with --engines native,pysd");
                 if (by_engines && engines_of(options->engines).size() != 2)
                   throw UsageError("--engines takes two, such as native,pysd");
               });
}

}  // namespace flowyard::controller::cli
