#include "controller/cli/commands/arguments.hpp"

#include <charconv>
#include <cstdint>
#include <regex>

#include "common/yaml/flow.hpp"

namespace flowyard::controller::cli {
namespace {

using Read = std::function<void(const std::string&)>;

// An option whose value becomes the override `key`; the last one holds.
Read into(experiment::Overrides& overrides, const char* key,
          std::function<std::string(const std::string&)> as_yaml) {
  return [&overrides, key, as_yaml = std::move(as_yaml)](const std::string& text) {
    std::erase_if(overrides, [&](const experiment::Override& one) { return one.key == key; });
    overrides.push_back({.key = key, .of = {}, .value = as_yaml(text)});
  };
}

// "NAME=VALUE" for the block `key`.
Read assignment(experiment::Overrides& overrides, const char* option, const char* key) {
  return [&overrides, option, key](const std::string& text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
      throw UsageError(std::string(option) + ": NAME=VALUE, not '" + text + "'");
    overrides.push_back({.key = key, .of = text.substr(0, equals), .value = text.substr(equals + 1)});
  };
}

std::string whole_number(const char* option, const std::string& text, std::uint64_t least,
                         std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    throw UsageError(std::string(option) + ": a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", not '" + text + "'");
  return text;
}

bool is_index_list(const std::string& text) {
  static const std::regex shape("[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*");
  return std::regex_match(text, shape);
}

}  // namespace

void add_experiment_file(Command& command, std::string& file) {
  command.option("file", file, "the experiment file (YAML); -: standard input")
      .required()
      .type("FILE")
      .completes({Completes::Files});
}

void add_overrides(Command& command, SubmitOptions& options) {
  auto& overrides = options.overrides;
  command.read_option("--name", into(overrides, "name", yaml::quoted), "call the experiment this")
      .type("NAME");
  const auto seed = [](const std::string& text) { return whole_number("--seed", text, 0, INT64_MAX); };
  command.read_option("--seed", into(overrides, "seed", seed), "the seed of all randomness").type("N");
  const auto workers = [](const std::string& text) { return whole_number("--workers", text, 1, 100'000); };
  command
      .read_option("--workers", into(overrides, "workers", workers),
                   "so many workers at once; 1: one after another")
      .type("N");
  const auto priority = [&overrides](const std::string& text) {
    overrides.push_back({.key = "set", .of = "priority", .value = text});
  };
  command.read_option("--priority", priority, "among experiments that want workers, from -100 to 100")
      .type("N");
  command.read_option("--isolation", into(overrides, "isolation", yaml::quoted), "who shares a worker")
      .one_of({"pool", "scenario", "fresh"});
  const auto only = [](const std::string& text) {
    if (!is_index_list(text))
      throw UsageError("--only: numbers of scenarios and ranges of them, such as 3,7,10-19, not '" + text +
                       "'");
    return "[" + text + "]";
  };
  command.read_option("--only", into(overrides, "only", only), "these scenarios alone: 17, or 3,7,10-19")
      .type("N");
  command
      .read_each("-p,--parameter", assignment(overrides, "-p", "parameters"),
                 "a parameter, in any form of the file: 0.03, [1, 2], {normal: [1, 0.1]}")
      .type("NAME=VALUE");
  command
      .read_each("--set", assignment(overrides, "--set", "set"),
                 "any other key of the file: workers.memory=64MiB, design.samples=500")
      .type("KEY=VALUE");
  command.option("--fleet", options.options.fleet, "where workers live").one_of({"docker", "process"});
}

void add_force(Command& command, SubmitOptions& options) {
  command.flag("--force", options.options.force, "also where the results will not fit on the disk");
}

void add_which(Command& command, std::string& which, std::initializer_list<Completes> kinds) {
  command.option("which", which, "id, name, or the beginning of a name (default: @latest)")
      .type("NAME")
      .completes(kinds);
}

void add_model_file(Command& command, std::string& file) {
  command.option("file", file, "the model: .mdl, .xmile, .stmx or .yaml; -: standard input")
      .required()
      .type("FILE")
      .completes({Completes::Files});
}

void add_results(Command& command, ResultOptions& options) {
  command.option("--where", options.where, "only rows of which this holds: \"growth_rate > 0.05\"")
      .type("FORMULA");
  command.option("--sort", options.sort, "by this column; -COLUMN: the largest first").type("COLUMN");
  command.option("--columns", options.columns, "these columns alone, separated by commas").type("NAMES");
  command.option("--limit", options.limit, "at most so many rows").between(1, 1'000'000'000).text("N");
}

void add_format(Command& command, Format& format) {
  const auto read = [&format](const std::string& word) {
    static const std::map<std::string, Format> formats = {
        {"table", Format::Table}, {"json", Format::Json}, {"csv", Format::Csv}};
    const auto found = formats.find(word);
    if (found == formats.end()) throw UsageError("--output: table, json or csv, not '" + word + "'");
    format = found->second;
  };
  command.read_option("-o,--output", read, "table (default), json or csv")
      .type("FORMAT")
      .suggest({"table", "json", "csv"});
}

}  // namespace flowyard::controller::cli
