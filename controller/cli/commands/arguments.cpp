#include "controller/cli/commands/arguments.hpp"

#include <charconv>
#include <optional>

namespace flowyard::controller::cli {
namespace {

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

}  // namespace

void add_experiment_file(Command& command, std::string& file) {
  command.option("file", file, "the experiment file (YAML)")
      .required()
      .type("FILE")
      .completes({Completes::Files});
}

void add_overrides(Command& command, experiment::SubmitOptions& overrides) {
  command.option("--name", overrides.name, "call the experiment this");
  command.option("--seed", overrides.seed, "the seed of all randomness");
  command.option("--workers", overrides.workers, "so many workers at once; 1: one after another")
      .between(1, 1'000'000);
  command.option("--isolation", overrides.isolation, "who shares a worker")
      .one_of({"pool", "scenario", "fresh"});
  const auto only = [&overrides](const std::string& text) {
    overrides.only = range_from(text);
    if (!overrides.only)
      throw UsageError("--only: a scenario's number, or a range like 10-19, not '" + text + "'");
  };
  command.read_option("--only", only, "these scenarios alone: 17, or 10-19").type("N");
  command.option("--fleet", overrides.fleet, "where workers live").one_of({"docker", "process"});
}

void add_which(Command& command, std::string& which, std::initializer_list<Completes> kinds) {
  command.option("which", which, "id, name, or the beginning of a name (default: @latest)")
      .type("NAME")
      .completes(kinds);
}

void add_model_file(Command& command, std::string& file) {
  command.option("file", file, "the model: .mdl, .xmile, .stmx or .yaml")
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
