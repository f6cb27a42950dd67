// try: runs one scenario, as a worker would within the whole, and shows what went in, what came out and how
// it was understood. Of what is run nothing is kept.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "controller/cli/client/listing.hpp"
#include "controller/cli/client/results.hpp"
#include "controller/cli/client/running.hpp"
#include "controller/cli/client/traced.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/joined.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

using Json = nlohmann::ordered_json;

// Nothing that was said on the command line is replaced, but for what makes it a trial.
SubmitOptions trial_of(const SubmitOptions& options) {
  SubmitOptions trial = options;
  auto& overrides = trial.overrides;
  const auto is_said = [&](const char* key) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const auto& one) { return one.key == key; });
  };
  if (!is_said("only")) overrides.push_back({.key = "only", .of = {}, .value = "[0]"});
  overrides.push_back({.key = "trace", .of = {}, .value = "true"});
  overrides.push_back({.key = "set", .of = "retry.attempts", .value = "1"});
  return trial;
}

async::Task<std::string> log_of(Session& session, experiment::ExperimentId id) {
  std::string text;
  const auto workers = co_await all_workers(session, "&all=true&experiment=" + to_string(id));
  for (const auto& worker : workers) {
    auto stream = co_await session.connection.open(path_of("workers", worker.name, "/log?follow=false"));
    while (auto piece = co_await stream->read()) text += *piece;
    if (!text.ends_with('\n')) text += '\n';
  }
  co_return text;
}

// "Base #0" of the line that says what a worker was handed, "... handed Base, 1 iteration (scenario 0)".
std::string label_in(const std::string& log) {
  const auto given = log.find(" given: {");
  if (given == std::string::npos) return "";
  const auto line = log.rfind('\n', given) + 1;
  const std::string text = log.substr(line, given - line);
  const auto level = text.find(' ');
  return text.substr(text.find(' ', level + 1) + 1);
}

Json value_of(const std::string& text) {
  if (text.empty()) return nullptr;
  auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

void print_json(const Traced& traced, const std::string& name, const service::WhyView& why,
                Terminal& terminal) {
  Json json{{"scenario", name},
            {"given", value_of(traced.given)},
            {"log", traced.log},
            {"answered", value_of(traced.answered)},
            {"understood", value_of(traced.understood)},
            {"failure", nullptr}};
  if (traced.understood.empty()) json["failure"] = {{"cause", why.cause}, {"message", why.explanation}};
  terminal.data() << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void print_block(Terminal& terminal, const char* heading, const std::string& text) {
  terminal.out() << heading << "\n";
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto end = std::min(text.find('\n', from), text.size());
    terminal.out() << "  " << printable(text.substr(from, end - from)) << "\n";
    from = end + 1;
  }
  terminal.out() << "\n";
}

// "outcome final = 400", "series Level: 5 values, of each of north, south", "file map.png: 1.2 MiB".
std::string understood_lines(const std::string& text) {
  const auto json = value_of(text);
  const Json outcomes = json.value("outcomes", Json::object());
  const Json all_series = json.value("series", Json::object());
  const Json files = json.value("files", Json::object());
  std::vector<std::string> lines;
  for (const auto& [name, value] : outcomes.items())
    lines.push_back("outcome " + name + " = " +
                    (value.is_number() ? format_number(value.get<double>()) : "none"));
  for (const auto& [name, series] : all_series.items()) {
    const auto elements = series.value("elements", std::vector<std::string>());
    lines.push_back("series " + name + ": " + plural(series.value("times", std::uint64_t{0}), "value") +
                    (elements.empty() ? "" : ", for each of " + joined(elements, ", ")));
  }
  for (const auto& [name, bytes] : files.items())
    lines.push_back("file " + name + ": " + format_bytes(bytes.get<std::uint64_t>()));
  return joined(lines, "\n");
}

void print(const Traced& traced, const service::WhyView& why, Terminal& terminal) {
  constexpr std::size_t kShown = 2000;
  const auto shown = [](const std::string& text) {
    return text.size() <= kShown ? text : text.substr(0, kShown) + " ... (whole with -o json)";
  };
  if (!traced.given.empty()) print_block(terminal, "WENT IN", shown(traced.given));
  if (!traced.log.empty()) print_block(terminal, "ITS LOG", joined(traced.log, "\n"));
  if (!traced.answered.empty()) print_block(terminal, "CAME OUT", shown(traced.answered));
  if (!traced.understood.empty()) {
    print_block(terminal, "UNDERSTOOD", understood_lines(traced.understood));
  } else {
    print_block(terminal, ("FAILED: " + why.cause).c_str(), why.explanation);
  }
}

async::Task<> forget(Session& session, experiment::ExperimentId id) {
  http::Request request;
  request.method = http::Method::Delete;
  request.target = path_of("experiments", to_string(id));
  co_await session.connection.ask(std::move(request));
}

ExitStatus try_one(SubmitOptions options, Session& session) {
  auto trial = trial_of(options);
  const auto ran = co_await run_to_end(std::move(trial), session);
  const auto id = ran.view.id;
  if (ran.interrupted) co_return Interrupted;
  const auto log = co_await log_of(session, id);
  const auto name = label_in(log);
  const bool good = ran.view.done > 0;
  service::WhyView why;
  if (!good) {
    const auto body = co_await session.connection.get(path_of("why", to_string(id)));
    why = value_or_fail(rest::why_from_json(body));
  }
  if (name.empty()) {
    // The engine's: what went in and came out is a row of the table.
    auto body = co_await session.connection.get(path_of("experiments", to_string(id)));
    ResultOptions all;
    co_await show_experiment(session, std::move(body), std::move(all), options.format);
  } else if (options.format == Format::Json) {
    print_json(traced_in(log, name), name, why, session.terminal);
  } else {
    print(traced_in(log, name), why, session.terminal);
  }
  co_await forget(session, id);
  co_return good ? Ok : ExperimentFailed;
}

}  // namespace

void define_try(Command& program) {
  auto options = std::make_shared<SubmitOptions>();
  auto command = program.add("try", "run one scenario and show what went in, came out and was understood");
  add_experiment_file(command, options->file);
  add_overrides(command, *options);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard try growth.yaml\n"
      "  flowyard try growth.yaml --only 17 --fleet process\n"
      "  flowyard try growth.yaml -o json | jq .understood\n\n"
      "It runs as it would within the whole: in the same image, with the same draws, once. Nothing of it is "
      "kept.");
  command.runs([options](Session& session) { return try_one(*options, session); });
}

}  // namespace flowyard::controller::cli
