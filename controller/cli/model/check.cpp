// model check: all errors and warnings of a model, with their locations.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/model/file.hpp"
#include "controller/cli/model/simulate.hpp"
#include "controller/cli/session.hpp"
#include "controller/cli/ui/excerpt.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/model/units/unit_check.hpp"
#include "controller/model/unused.hpp"
#include "controller/results/csv.hpp"
#include "controller/results/model_result.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::cli {
namespace {

struct ModelCheckOptions {
  std::string file;
  Format format = Format::Table;
};

using Json = nlohmann::ordered_json;

struct ModelFinding {
  std::string kind;  // error, warning, units, unused
  FileLocation location;
  std::string message;
  std::optional<DiagnosticCode> code;  // none: the file cannot be opened
};

void add(std::vector<ModelFinding>& findings, const char* kind, const model::Model& model,
         const std::vector<model::Warning>& warnings) {
  for (const auto& warning : warnings)
    findings.push_back(
        {kind, model::source_location(model, warning.location), warning.message, warning.diagnostic});
}

constexpr std::chrono::seconds kLongestTrial{2};

void add(std::vector<ModelFinding>& findings, const Errors& errors) {
  for (const auto& error : errors) {
    std::string message = error.message;
    for (const auto& context : error.context) message += " (while " + context + ")";
    findings.push_back({"error", error.location, std::move(message), error.diagnostic});
  }
}

// What only shows when the model runs: values that are no numbers.
void add_trial(std::vector<ModelFinding>& findings, worker::engine::Program program,
               const std::string& file) {
  worker::engine::RunOutput output;
  worker::engine::Runner runner(std::make_shared<const worker::engine::Program>(std::move(program)));
  const auto end = std::chrono::steady_clock::now() + kLongestTrial;
  const auto in_time = [&] { return std::chrono::steady_clock::now() < end; };
  if (const auto ran = runner.run({}, output, in_time); !ran) {
    if (in_time())
      findings.push_back({"error", {file, 0, 0}, ran.error().message, DiagnosticCode::NotFinite});
  } else if (const auto found = results::without_number(results::result_of(output)); !found.empty()) {
    findings.push_back({"warning", {file, 0, 0}, found, DiagnosticCode::NotFinite});
  }
}

// All diagnostics of the compiler, whether a result needs the variable or not; algebraic loops included.
void add_errors(std::vector<ModelFinding>& findings, const model::Model& model, const std::string& file) {
  auto compiled = compiler::compile(model, {.series = savable_names(model), .outcomes = {}});
  if (!compiled) {
    add(findings, compiled.error());
    return add(findings, compiler::time_errors(model));
  }
  if (const auto wrong = compiler::time_errors(model, *compiled); !wrong.empty()) return add(findings, wrong);
  add(findings, "warning", model, compiler::lint_time(model, *compiled));
  add_trial(findings, std::move(*compiled), file);
}

void add_unused(std::vector<ModelFinding>& findings, const model::Model& model) {
  for (const auto& variable : model::unused_inputs(model)) {
    findings.push_back({"unused", model::source_location(model, variable->location),
                        "nothing in the model uses '" + variable->name.display + "'",
                        DiagnosticCode::Unused});
  }
  for (const auto& flow : model::idle_flows(model)) {
    findings.push_back({"unused", model::source_location(model, flow->location),
                        "the flow '" + flow->name.display +
                            "' belongs to no stock: name it among the inflows or outflows of one",
                        DiagnosticCode::Unused});
  }
}

std::vector<ModelFinding> findings_of(const ModelReading& reading, const std::string& file) {
  const auto& model = reading.model;
  std::vector<ModelFinding> findings;
  add(findings, "warning", model, model.warnings);
  add(findings, reading.errors);
  if (reading.errors.empty()) {
    add_errors(findings, model, file);
    add(findings, "units", model, model::check_units(model, compiler::find_unit_rule).mismatches);
    add_unused(findings, model);
  }
  std::vector<FileLocation> diagnostics;
  for (const auto& finding : findings)
    if (finding.kind == "error" && finding.location.line > 0) diagnostics.push_back(finding.location);
  std::erase_if(findings, [&](const ModelFinding& finding) {  // an error is not reported as lint, too
    return finding.kind == "warning" &&
           std::find(diagnostics.begin(), diagnostics.end(), finding.location) != diagnostics.end();
  });
  for (auto& finding : findings)
    if (finding.location.file.empty()) finding.location.file = file;
  std::stable_sort(findings.begin(), findings.end(), [](const ModelFinding& a, const ModelFinding& b) {
    return std::tie(a.location.file, a.location.line, a.location.column) <
           std::tie(b.location.file, b.location.line, b.location.column);
  });
  return findings;
}

void print_lines(const std::vector<ModelFinding>& findings, const model::Model& model,
                 const std::string& file, Terminal& terminal) {
  Excerpts excerpts;
  for (const auto& [kind, location, message, code] : findings) {
    const std::string where = to_string(location);
    const Color color = kind == "error" ? Color::Red : Color::Yellow;
    terminal.out() << where << (where.empty() ? "" : ": ") << terminal.out_colored(kind, color) << ": "
                   << printable(message) << "\n";
    if (kind == "error") terminal.out() << excerpts.at(location);
  }
  const auto without = model::check_units(model, compiler::find_unit_rule).without_units.size();
  if (without > 0) {
    terminal.note("note: " + plural(without, "variable") +
                  " without units; what depends on them is not checked for units");
  }
  terminal.note(file + ": " + (findings.empty() ? "nothing found" : plural(findings.size(), "finding")));
}

std::string json_text(const std::vector<ModelFinding>& findings) {
  Json list = Json::array();
  for (const auto& [kind, location, message, code] : findings)
    list.push_back({{"severity", kind == "error" ? "error" : "warning"},
                    {"kind", kind},
                    {"code", code ? Json(to_string(*code)) : Json()},
                    {"file", location.file},
                    {"line", location.line},
                    {"column", location.column},
                    {"message", message}});
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Table table_of(const std::vector<ModelFinding>& findings) {
  Table table({{"KIND"}, {"FILE"}, {"LINE", Align::Right}, {"COLUMN", Align::Right}, {"CODE"}, {"MESSAGE"}});
  for (const auto& [kind, location, message, code] : findings)
    table.add({kind, location.file, std::to_string(location.line), std::to_string(location.column),
               code ? std::string(to_string(*code)) : "", message});
  return table;
}

int model_check(const ModelCheckOptions& options, Terminal& terminal) {
  const auto reading = try_model(options.file);
  if (!reading.errors.empty() && options.format != Format::Json && options.format != Format::Csv) {
    note_warnings(reading.model, terminal);
    throw CommandFailed(reading.errors);
  }
  const auto findings = findings_of(reading, options.file);
  if (options.format == Format::Json)
    terminal.data() << json_text(findings);
  else if (options.format == Format::Csv)
    table_of(findings).print_csv(terminal.out());
  else
    print_lines(findings, reading.model, options.file, terminal);
  if (!reading.errors.empty()) return BadInput;
  return findings.empty() ? 0 : 1;
}

}  // namespace

void define_model_check(Command& program) {
  auto options = std::make_shared<ModelCheckOptions>();
  auto command = program.add("model check", "list everything that is doubtful about a model");
  add_model_file(command, options->file);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard model check teacup.mdl\n"
      "  flowyard model check teacup.mdl -o json | jq '.[] | select(.kind == \"units\")'\n\n"
      "Mistakes and algebraic loops (variable by variable), units that do not go together, inputs that "
      "nothing\n"
      "uses: each as file:line:column: kind: what. Exit codes: 0 nothing found, 1 something, 2 the file "
      "cannot\n"
      "be read.");
  command.runs_here([options](Here& here) { return model_check(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli
