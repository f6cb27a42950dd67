#include "controller/experiment/file/runner_reader.hpp"

#include <algorithm>
#include <cctype>

#include "common/base/suggest.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/file/fields.hpp"
#include "controller/experiment/file/file_name.hpp"
#include "controller/experiment/file/parameter_reader.hpp"
#include "controller/experiment/file/pysd.hpp"

namespace flowyard::controller::experiment::file {
namespace {

constexpr std::size_t kLongestCommand = 100;  // words

// A text, or a number or a boolean as it is written: words of a command line are texts.
std::optional<std::string> command_word(const yaml::Node& node, const std::string& what,
                                        model::Diagnostics& found) {
  if (node.is_scalar() && !node.is_null() && node.text.find('\0') == std::string::npos) return node.text;
  report_type(node, what, "a text", found);
  return std::nullopt;
}

std::vector<std::string> read_command(const yaml::Node& node, model::Diagnostics& found) {
  std::vector<std::string> words;
  if (!node.is_sequence() || node.items.empty()) {
    report_type(node, "'command'", "a list of at least one word, such as [python3, simulate.py]", found);
    return words;
  }
  if (node.items.size() > kLongestCommand)
    found.error(node.location, DiagnosticCode::WrongValue,
                "'command' has " + std::to_string(node.items.size()) + " words; at most " +
                    std::to_string(kLongestCommand) + " are taken");
  for (const auto& item : node.items)
    if (auto word = command_word(item, "each word of 'command'", found)) words.push_back(std::move(*word));
  return words;
}

bool is_variable_name(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), fits);
}

std::map<std::string, std::string> read_env(const yaml::Node& node, model::Diagnostics& found) {
  std::map<std::string, std::string> env;
  if (!node.is_mapping() && !node.is_null()) report_type(node, "'env'", "a mapping of names to texts", found);
  for (const auto& entry : node.entries) {
    if (!is_variable_name(entry.key) || entry.key.starts_with("FLOWYARD_")) {
      found.error(entry.location, DiagnosticCode::WrongValue,
                  "'" + entry.key + "' cannot be a variable of the program's environment" +
                      (entry.key.starts_with("FLOWYARD_") ? ": names that begin with FLOWYARD_ are set for it"
                                                          : ": letters, digits and _ only"));
      continue;
    }
    if (auto value = command_word(entry.value, "'" + entry.key + "'", found))
      env[entry.key] = std::move(*value);
  }
  return env;
}

std::vector<ParsedData> read_files(const yaml::Node& node, model::Diagnostics& found) {
  std::vector<ParsedData> files;
  if (!node.is_sequence()) report_type(node, "'files'", "a list of files", found);
  for (const auto& item : node.items)
    if (auto file = read_file_name(item, "each of 'files'", found)) files.push_back(std::move(*file));
  return files;
}

std::vector<ParsedParameter> read_inputs(const yaml::Node& node, model::Diagnostics& found) {
  std::vector<ParsedParameter> inputs;
  read_parameters(node, experiment::Target::Parameter, inputs, found);
  for (const auto& input : inputs) {
    const bool is_value = std::holds_alternative<experiment::Fixed>(input.spec.value) ||
                          std::holds_alternative<experiment::Array>(input.spec.value);
    if (!is_value)
      found.error(input.value_location, DiagnosticCode::WrongKind,
                  "'" + input.spec.name +
                      "' under 'inputs' must be a number or {array: ...}: what the program takes where the "
                      "experiment sets nothing; ranges and distributions stand under 'parameters'");
  }
  return inputs;
}

std::vector<std::string> read_names(const yaml::Node& node, const std::string& what,
                                    model::Diagnostics& found) {
  std::vector<std::string> names;
  if (!node.is_sequence() || node.items.empty()) report_type(node, what, "a list of names", found);
  for (const auto& item : node.items) {
    auto name = name_in(item, "each of " + what, found);
    if (!name) continue;
    if (std::find(names.begin(), names.end(), *name) != names.end())
      found.error(item.location, DiagnosticCode::DefinedTwice, "'" + *name + "' stands twice in " + what);
    names.push_back(std::move(*name));
  }
  return names;
}

// {region: [north, south]}, and {Population: [region]}.
void read_dimensions(const yaml::Node* dimensions, const yaml::Node* subscripts, ParsedRunner& parsed,
                     model::Diagnostics& found) {
  std::vector<std::string> known;
  if (dimensions != nullptr) {
    if (!dimensions->is_mapping())
      report_type(*dimensions, "'dimensions'", "a mapping of names to elements", found);
    for (const auto& entry : dimensions->entries) {
      parsed.dimensions.emplace_back(entry.key, read_names(entry.value, "'" + entry.key + "'", found));
      known.push_back(entry.key);
    }
  }
  if (subscripts == nullptr) return;
  if (!subscripts->is_mapping())
    report_type(*subscripts, "'subscripts'", "a mapping of series to dimensions", found);
  for (const auto& entry : subscripts->entries) {
    auto names = read_names(entry.value, "'" + entry.key + "'", found);
    for (const auto& name : names)
      if (std::find(known.begin(), known.end(), name) == known.end())
        found.error(entry.location, DiagnosticCode::UnknownName,
                    "there is no dimension '" + name + "' under 'dimensions'" + suggestion(name, known));
    parsed.subscripts.push_back({entry.key, std::move(names)});
  }
}

// A name, or {build: folder, dockerfile: name}.
void read_image(const yaml::Node& node, ParsedRunner& parsed, model::Diagnostics& found) {
  if (!node.is_mapping()) {
    if (node.is_scalar()) {
      parsed.runner.image = text_in(node, "'image'", found).value_or("");
    } else {
      report_type(node, "'image'", "a name such as python:3.12-slim, or {build: folder}", found);
    }
    return;
  }
  Fields fields(node, "'image'", found);
  experiment::ImageBuild build;
  const auto* folder = fields.require("build");
  auto path = folder != nullptr ? read_file_name(*folder, "'build'", found) : std::nullopt;
  if (const auto* name = fields.find("dockerfile"))
    build.dockerfile = text_in(*name, "'dockerfile'", found).value_or(build.dockerfile);
  fields.no_others();
  if (!path) return;
  build.folder = path->path;
  path->path = experiment::folder_as_file(path->path);
  parsed.built_from = std::move(path);
  parsed.runner.build = std::move(build);
}

}  // namespace

std::optional<ParsedRunner> read_runner(const yaml::Node& node, model::Diagnostics& found) {
  if (node.is_scalar() && node.text == "native") return std::nullopt;
  ParsedRunner parsed;
  parsed.location = node.location;
  if (node.is_scalar() && node.text == "pysd") {
    parsed.runner.pysd = true;
    parsed.runner.image = experiment::kPysdImage;
    parsed.runner.command = {"python3", kPysdDriver};
    parsed.runner.mode = experiment::RunnerMode::Stream;
    parsed.runner.pull = experiment::Pull::Never;
    // More threads only get into each other's way in models of this size.
    parsed.runner.env = {{"OPENBLAS_NUM_THREADS", "1"}};
    return parsed;
  }
  if (!node.is_mapping()) {
    report_type(node, "'runner'", "native, pysd or a mapping with a command", found);
    return std::nullopt;
  }
  Fields fields(node, "'runner'", found);
  auto& runner = parsed.runner;
  if (const auto* image = fields.find("image")) read_image(*image, parsed, found);
  if (const auto* command = fields.require("command")) runner.command = read_command(*command, found);
  if (const auto* mode = fields.find("mode"))
    runner.mode =
        word_in<experiment::RunnerMode>(
            *mode, "'mode'",
            {{"once", experiment::RunnerMode::Once}, {"stream", experiment::RunnerMode::Stream}}, found)
            .value_or(runner.mode);
  if (const auto* files = fields.find("files")) parsed.files = read_files(*files, found);
  if (const auto* inputs = fields.find("inputs")) {
    parsed.inputs_given = true;
    parsed.inputs = read_inputs(*inputs, found);
  }
  const auto* dimensions = fields.find("dimensions");
  read_dimensions(dimensions, fields.find("subscripts"), parsed, found);
  if (const auto* pull = fields.find("pull"))
    runner.pull = word_in<experiment::Pull>(*pull, "'pull'",
                                            {{"missing", experiment::Pull::Missing},
                                             {"always", experiment::Pull::Always},
                                             {"never", experiment::Pull::Never}},
                                            found)
                      .value_or(runner.pull);
  if (const auto* env = fields.find("env")) runner.env = read_env(*env, found);
  if (const auto* interpolate = fields.find("interpolate"))
    runner.interpolate =
        word_in<bool>(*interpolate, "'interpolate'", {{"none", false}, {"linear", true}}, found)
            .value_or(false);
  fields.no_others();
  for (const auto& file : parsed.files) runner.files.push_back(file.path);
  for (const auto& input : parsed.inputs) runner.inputs.push_back(input.spec);
  if (runner.command.empty()) return std::nullopt;
  return parsed;
}

}  // namespace flowyard::controller::experiment::file
