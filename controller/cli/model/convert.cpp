// model convert: a model as XMILE or YAML, verified by running both.
#include <algorithm>
#include <cmath>

#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/model/file.hpp"
#include "controller/cli/model/simulate.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/model/elements.hpp"
#include "controller/model/xmile/write.hpp"
#include "controller/model/yaml/write.hpp"
#include "controller/results/csv.hpp"
#include "controller/results/model_result.hpp"

namespace flowyard::controller::cli {
namespace {

struct ModelConvertOptions {
  std::string file;
  std::string output;  // a file ending in .xmile, .stmx, .yaml or .yml
  bool compare = true;
};

using model::column_key;

constexpr double kAgreement = 1e-9;  // of a column's scale value: sums may be taken in another order

std::string written(const model::Model& model, const std::string& path) {
  const std::string extension = extension_of(path);
  const bool xmile = extension == ".xmile" || extension == ".stmx";
  if (!xmile && extension != ".yaml" && extension != ".yml") {
    throw CommandFailed(
        invalid("'" + path + "': a model is written as .xmile, .stmx, .yaml or .yml, as its name says"));
  }
  auto text = xmile ? model::xmile::write(model) : model::yaml::write(model);
  if (!text) throw CommandFailed(text.error());
  return std::move(*text);
}

// Without randomness by chance: both draw from the same seed, by the names of their variables.
results::ModelResult result_of_all(const model::Model& model, const std::vector<std::string>& series) {
  return results::result_of(run_once(compile_model(model, series), {}));
}

struct Difference {
  std::string name;
  double time = 0, before = 0, after = 0, apart = 0;
};

// The time at which two columns are furthest apart, in terms of the larger column's largest value.
Difference furthest(const std::string& name, const std::vector<double>& times, const std::vector<double>& a,
                    const std::vector<double>& b) {
  double scale = 1e-300;
  for (const auto* column : {&a, &b})
    for (const double value : *column)
      if (std::isfinite(value)) scale = std::max(scale, std::abs(value));
  Difference worst{.name = name};
  for (std::size_t t = 0; t < times.size(); ++t) {
    const bool same = a[t] == b[t] || (std::isnan(a[t]) && std::isnan(b[t]));
    const double apart = same ? 0 : std::abs(a[t] - b[t]) / scale;
    // Written so that NaN against a number counts.
    if (!(apart <= worst.apart)) worst = {name, times[t], a[t], b[t], std::isnan(apart) ? 1 : apart};
  }
  return worst;
}

const std::vector<double>* column_of(const results::ModelResult& result, const std::string& name) {
  for (std::size_t i = 0; i < result.names.size(); ++i)
    if (column_key(result.names[i]) == column_key(name)) return &result.columns[i];
  return nullptr;
}

// A variable in Vensim's form; a setting of the whole in the others, which shows in the saved times.
bool is_time_setting(const std::string& name) {
  const std::string key = model::key_of(name);
  return key == "initial_time" || key == "final_time" || key == "time_step" || key == "saveper";
}

// `compared`: how many columns both have.
std::vector<std::string> differences(const results::ModelResult& before, const results::ModelResult& after,
                                     std::size_t& compared) {
  std::vector<std::string> found;
  compared = 0;
  const auto same_time = [](double a, double b) {
    return std::abs(a - b) <= kAgreement * std::max(1.0, std::abs(a));
  };
  if (before.times.size() != after.times.size() ||
      !std::equal(before.times.begin(), before.times.end(), after.times.begin(), same_time)) {
    found.push_back("the saved times differ: " + std::to_string(before.times.size()) + " before, " +
                    std::to_string(after.times.size()) + " after");
    return found;
  }
  for (std::size_t i = 0; i < before.names.size(); ++i) {
    const auto* other = column_of(after, before.names[i]);
    if (other == nullptr) {
      if (is_time_setting(before.names[i])) continue;
      found.push_back("'" + before.names[i] + "' is missing in what was written");
      continue;
    }
    ++compared;
    const auto worst = furthest(before.names[i], before.times, before.columns[i], *other);
    if (worst.apart > kAgreement)
      found.push_back("'" + worst.name + "' at time " + results::cell_text(worst.time) + ": " +
                      results::cell_text(worst.before) + " before, " + results::cell_text(worst.after) +
                      " after");
  }
  return found;
}

int compare(const model::Model& model, const ModelConvertOptions& options, const std::string& text,
            Terminal& terminal) {
  const auto again = read_model(options.output, text);
  const auto names = savable_names(model);
  const auto before = result_of_all(model, names);
  std::vector<std::string> kept;
  for (const auto& variable : again.variables) {
    const bool wanted = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return model::Name(name) == variable.name;
    });
    if (wanted) kept.push_back(variable.name.display);
  }
  std::size_t compared = 0;
  const auto found = differences(before, result_of_all(again, kept), compared);
  for (const auto& line : found) terminal.err() << "difference: " << printable(line) << "\n";
  if (found.empty()) {
    terminal.note("wrote " + options.output + "; both run the same: " + plural(compared, "column") +
                  " compared at " + plural(before.times.size(), "time"));
    return Ok;
  }
  terminal.note("wrote " + options.output + ", but it does not run as " + options.file + " does");
  return ExperimentFailed;
}

int model_convert(const ModelConvertOptions& options, Terminal& terminal) {
  const auto model = read_model(options.file);
  note_warnings(model, terminal);
  const std::string text = written(model, options.output);
  write_file(options.output, text);
  if (options.compare) return compare(model, options, text, terminal);
  terminal.note("wrote " + options.output);
  return Ok;
}

}  // namespace

void define_model_convert(Command& program) {
  auto options = std::make_shared<ModelConvertOptions>();
  auto command =
      program.add("model convert", "write a model as XMILE or YAML, and prove that it means the same");
  add_model_file(command, options->file);
  command.option("-o,--output", options->output, "a file ending in .xmile, .stmx or .yaml")
      .required()
      .type("FILE")
      .completes({Completes::Files});
  command.flag("!--no-check", options->compare, "do not run both to compare them");
  command.footer(
      "Examples:\n"
      "  flowyard model convert teacup.mdl -o teacup.yaml\n"
      "  flowyard model convert market.yaml -o market.xmile\n\n"
      "Both are run afterwards and every column compared at every saved time; exit code 1 if they differ.");
  command.runs_here([options](Here& here) { return model_convert(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli
