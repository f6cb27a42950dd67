#include <charconv>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/definitions.hpp"

namespace flowyard::controller::cli {
namespace {

using Command = ExitStatus (*)(SubmitOptions, Session&);

enum class Wants { FileOnly, Overrides };

// "17" or "10-19": numbers of scenarios.
std::optional<experiment::IndexRange> range_from(const std::string& text) {
  experiment::IndexRange range{.first = 0, .count = 1};
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc()) return std::nullopt;
  if (first.ptr == end) return range;
  std::uint64_t last = 0;
  const auto rest = *first.ptr == '-' ? std::from_chars(first.ptr + 1, end, last) : first;
  if (rest.ec != std::errc() || rest.ptr != end || last < range.first) return std::nullopt;
  range.count = last - range.first + 1;
  return range;
}

void define(CLI::App& app, Choice& choice, const char* name, const char* help, const char* examples,
            Command command, Wants wants) {
  auto options = std::make_shared<SubmitOptions>();
  auto* sub = app.add_subcommand(name, help);
  sub->add_option("file", options->file, "the experiment file (YAML)")->required()->type_name("FILE");
  if (wants == Wants::Overrides) {
    auto& overrides = options->options;
    sub->add_option("--name", overrides.name, "call the experiment this");
    sub->add_option("--seed", overrides.seed, "the seed of all randomness");
    sub->add_option("--workers", overrides.workers, "so many workers at once; 1: one after another")
        ->check(CLI::Range(1, 1'000'000));
    sub->add_option("--isolation", overrides.isolation, "who shares a worker")
        ->check(CLI::IsMember({"pool", "scenario", "fresh"}));
    const auto only = [&overrides](const std::string& text) {
      overrides.only = range_from(text);
      if (!overrides.only)
        throw CLI::ValidationError("--only",
                                   "a scenario's number, or a range like 10-19, not '" + text + "'");
    };
    sub->add_option_function<std::string>("--only", only, "these scenarios alone: 17, or 10-19")
        ->type_name("N");
    sub->add_option("--fleet", overrides.fleet, "where workers live")
        ->check(CLI::IsMember({"docker", "process"}));
    add_format(*sub, options->format);
  }
  sub->footer(examples);
  sub->callback([options, command, &choice] {
    choice.command = [options, command](Session& session) { return command(*options, session); };
  });
}

}  // namespace

void add_format(CLI::App& command, Format& format) {
  const auto read = [&format](const std::string& word) {
    static const std::map<std::string, Format> formats = {
        {"table", Format::Table}, {"json", Format::Json}, {"csv", Format::Csv}};
    const auto found = formats.find(word);
    if (found == formats.end())
      throw CLI::ValidationError("--output", "table, json or csv, not '" + word + "'");
    format = found->second;
  };
  command.add_option_function<std::string>("-o,--output", read, "table (default), json or csv")
      ->type_name("FORMAT");
}

void define_authoring(CLI::App& app, Choice& choice) {
  define(
      app, choice, "run", "run an experiment to its end and show its results",
      "Examples:\n"
      "  flowyard run experiments/three-scenarios.yaml\n"
      "  flowyard run sweep.yaml --workers 8 --seed 7\n"
      "  flowyard run sweep.yaml --workers 1        one container after another\n"
      "  flowyard run sweep.yaml --only 17          one scenario, with the draws it has in the whole\n"
      "  flowyard run sweep.yaml -o csv > table.csv\n\n"
      "Ctrl-C cancels the experiment and waits until its containers are gone; a second one leaves at once.",
      cli::run, Wants::Overrides);
  define(app, choice, "submit", "hand an experiment to the controller and leave",
         "Examples:\n"
         "  flowyard submit sweep.yaml\n"
         "  id=$(flowyard submit -q sweep.yaml); flowyard watch $id",
         cli::submit, Wants::Overrides);
  define(app, choice, "validate", "check an experiment and its models; nothing starts",
         "Examples:\n"
         "  flowyard validate sweep.yaml\n\n"
         "Prints every mistake as file:line:column: message; exit code 2 if there is one.",
         cli::validate, Wants::FileOnly);
  define(app, choice, "plan", "show what an experiment would do; nothing starts",
         "Examples:\n"
         "  flowyard plan sweep.yaml\n"
         "  flowyard plan sweep.yaml -o json | jq .scenarios",
         cli::plan, Wants::Overrides);
}

}  // namespace flowyard::controller::cli
