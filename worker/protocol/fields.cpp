#include "worker/protocol/fields.hpp"

#include <stdexcept>

namespace flowyard::worker::protocol {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

Json optional_number(const std::optional<double>& value) {
  return value ? number_to(*value) : Json(nullptr);
}

std::optional<double> optional_number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return number_from(*found);
}

Json write(const InputColumn& column, NumberWriter& numbers) {
  return {{"name", column.name},
          {"elements", column.elements},
          {"shared", column.shared},
          {"values", numbers.write(column.values)}};
}

InputColumn read_column(const Json& json, const NumberReader& numbers, std::uint64_t count) {
  InputColumn column{.name = json.at("name"),
                     .elements = json.value("elements", std::uint64_t{1}),
                     .shared = json.value("shared", true),
                     .values = numbers.read(json.at("values"))};
  const std::uint64_t per_element = column.shared ? 1 : count;
  require(per_element > 0 && column.values.size() % per_element == 0 &&
              column.values.size() / per_element == column.elements,
          "the values of an input do not match its elements and scenarios");
  return column;
}

Json write(const InputSeries& series, NumberWriter& numbers) {
  Json values = Json::array();
  for (const auto& element : series.values) values.push_back(numbers.write(element));
  return {{"name", series.name}, {"times", numbers.write(series.times)}, {"values", std::move(values)}};
}

InputSeries read_series(const Json& json, const NumberReader& numbers) {
  InputSeries series{.name = json.at("name"), .times = numbers.read(json.at("times")), .values = {}};
  for (const auto& element : json.at("values")) {
    series.values.push_back(numbers.read(element));
    require(series.values.back().size() == series.times.size(), "a series has other lengths than its times");
  }
  return series;
}

}  // namespace

Json write(const Hello& hello, NumberWriter&) {
  return {{"protocol", hello.protocol},
          {"worker", hello.worker},
          {"runner", hello.runner},
          {"version", hello.version}};
}
void read(const Json& json, const NumberReader&, Hello& hello) {
  hello.protocol = json.at("protocol");
  hello.worker = json.at("worker");
  hello.runner = json.value("runner", "unknown");
  hello.version = json.value("version", "");
}

Json write(const Welcome& welcome, NumberWriter&) {
  return {{"protocol", welcome.protocol},
          {"controller", welcome.controller},
          {"heartbeat_every", welcome.heartbeat_every},
          {"lease_wait", welcome.lease_wait},
          {"silence_limit", welcome.silence_limit}};
}
void read(const Json& json, const NumberReader&, Welcome& welcome) {
  welcome.protocol = json.at("protocol");
  welcome.controller = json.at("controller");
  welcome.heartbeat_every = json.at("heartbeat_every");
  welcome.lease_wait = json.at("lease_wait");
  welcome.silence_limit = json.at("silence_limit");
}

namespace {

Json write(const ProgramRun& run, NumberWriter& numbers) {
  Json inputs = Json::array();
  for (const auto& column : run.inputs) inputs.push_back(write(column, numbers));
  return {{"command", run.command},   {"stream", run.stream},
          {"env", run.env},           {"interpolate", run.interpolate},
          {"timeout", run.timeout},   {"inputs", std::move(inputs)},
          {"scenario", run.scenario}, {"region", run.region},
          {"files", run.files},       {"trace", run.trace}};
}

ProgramRun read_program_run(const Json& json, const NumberReader& numbers) {
  ProgramRun run{.command = json.at("command").get<std::vector<std::string>>(),
                 .stream = json.value("stream", false),
                 .env = json.value("env", std::map<std::string, std::string>()),
                 .interpolate = json.value("interpolate", false),
                 .timeout = json.value("timeout", 0.0),
                 .inputs = {},
                 .scenario = json.value("scenario", ""),
                 .region = json.value("region", ""),
                 .files = json.value("files", std::vector<std::string>()),
                 .trace = json.value("trace", false)};
  require(!run.command.empty(), "a command has at least a program");
  for (const auto& column : json.value("inputs", Json::array()))
    run.inputs.push_back(read_column(column, numbers, 1));
  return run;
}

}  // namespace

Json write(const LeaseGrant& lease, NumberWriter& numbers) {
  Json json{{"lease", lease.lease},       {"token", lease.token},     {"experiment", lease.experiment},
            {"scenario", lease.scenario}, {"program", lease.program}, {"bundle", lease.bundle},
            {"model", lease.model},       {"seed", lease.seed},       {"first", lease.first},
            {"count", lease.count},       {"draws", lease.draws},     {"outputs", lease.outputs}};
  json["parameters"] = Json::array();
  for (const auto& column : lease.parameters) json["parameters"].push_back(write(column, numbers));
  json["initial"] = Json::array();
  for (const auto& column : lease.initial) json["initial"].push_back(write(column, numbers));
  json["series_parameters"] = Json::array();
  for (const auto& series : lease.series_parameters)
    json["series_parameters"].push_back(write(series, numbers));
  json["time"] = {{"start", optional_number(lease.time.start)},
                  {"stop", optional_number(lease.time.stop)},
                  {"step", optional_number(lease.time.step)},
                  {"save_every", optional_number(lease.time.save_every)},
                  {"method", lease.time.method}};
  if (!lease.keep_times.empty()) json["keep_times"] = lease.keep_times;
  json["outcomes"] = Json::array();
  for (const auto& outcome : lease.outcomes) {
    json["outcomes"].push_back({{"name", outcome.name}, {"expression", outcome.expression}});
  }
  if (lease.runner) json["runner"] = write(*lease.runner, numbers);
  return json;
}
void read(const Json& json, const NumberReader& numbers, LeaseGrant& lease) {
  lease.lease = json.at("lease");
  lease.token = json.at("token");
  lease.experiment = json.value("experiment", "");
  lease.scenario = json.value("scenario", "");
  lease.program = json.value("program", "");
  lease.bundle = json.value("bundle", "");
  lease.model = json.value("model", "");
  lease.seed = json.at("seed");
  lease.first = json.at("first");
  lease.count = json.at("count");
  lease.draws = json.at("draws").get<std::vector<std::uint64_t>>();
  require(lease.draws.size() == lease.count, "a lease has one draw per scenario");
  for (const auto& column : json.at("parameters")) {
    lease.parameters.push_back(read_column(column, numbers, lease.count));
  }
  for (const auto& column : json.at("initial")) {
    lease.initial.push_back(read_column(column, numbers, lease.count));
  }
  for (const auto& series : json.at("series_parameters")) {
    lease.series_parameters.push_back(read_series(series, numbers));
  }
  const auto& time = json.at("time");
  lease.time = {.start = optional_number(time, "start"),
                .stop = optional_number(time, "stop"),
                .step = optional_number(time, "step"),
                .save_every = optional_number(time, "save_every"),
                .method = time.value("method", "")};
  lease.outputs = json.at("outputs").get<std::vector<std::string>>();
  lease.keep_times = json.value("keep_times", std::vector<double>());
  for (const auto& outcome : json.at("outcomes")) {
    lease.outcomes.push_back({outcome.at("name"), outcome.at("expression")});
  }
  if (json.contains("runner")) lease.runner = read_program_run(json.at("runner"), numbers);
}

Json write(const ResultChunk& chunk, NumberWriter& numbers) {
  Json json{{"chunk", chunk.chunk},
            {"first", chunk.first},
            {"count", chunk.count},
            {"compute_seconds", chunk.compute_seconds},
            {"outcome_names", chunk.outcome_names},
            {"times", numbers.write(chunk.times)}};
  json["outcomes"] = Json::array();
  for (const auto& column : chunk.outcomes) json["outcomes"].push_back(numbers.write(column));
  json["series"] = Json::array();
  for (const auto& series : chunk.series) {
    json["series"].push_back(
        {{"name", series.name}, {"elements", series.elements}, {"values", numbers.write(series.values)}});
  }
  for (const auto& file : chunk.files)
    json["files"].push_back({{"scenario", file.scenario}, {"name", file.name}, {"sha256", file.sha256}});
  for (const auto& failure : chunk.failed) {
    json["failed"].push_back(
        {{"scenario", failure.scenario}, {"cause", failure.cause}, {"message", failure.message}});
  }
  return json;
}
void read(const Json& json, const NumberReader& numbers, ResultChunk& chunk) {
  chunk.chunk = json.at("chunk");
  chunk.first = json.at("first");
  chunk.count = json.at("count");
  chunk.compute_seconds = json.value("compute_seconds", 0.0);
  if (const auto failed = json.find("failed"); failed != json.end() && !failed->empty()) {
    for (const auto& failure : *failed) {
      chunk.failed.push_back({.scenario = failure.at("scenario"),
                              .cause = failure.value("cause", "app_exit"),
                              .message = failure.value("message", "")});
      require(failure.at("scenario") == chunk.first + chunk.failed.size() - 1,
              "failed scenarios are those of the chunk, in their order");
    }
    require(chunk.failed.size() == chunk.count, "a chunk of failed scenarios says why of each");
    return;
  }
  chunk.outcome_names = json.at("outcome_names").get<std::vector<std::string>>();
  for (const auto& column : json.at("outcomes")) {
    chunk.outcomes.push_back(numbers.read(column));
    require(chunk.outcomes.back().size() == chunk.count, "an outcome has one value per scenario");
  }
  require(chunk.outcomes.size() == chunk.outcome_names.size(), "outcomes and their names differ in number");
  if (json.contains("times")) chunk.times = numbers.read(json.at("times"));
  for (const auto& file : json.value("files", Json::array())) {
    chunk.files.push_back(
        {.scenario = file.at("scenario"), .name = file.at("name"), .sha256 = file.at("sha256")});
    require(chunk.files.back().scenario - chunk.first < chunk.count, "files are of the chunk's scenarios");
  }
  if (!json.contains("series")) return;
  for (const auto& one : json.at("series")) {
    ResultSeries series{.name = one.at("name"),
                        .elements = one.value("elements", std::vector<std::string>{}),
                        .values = numbers.read(one.at("values"))};
    const std::uint64_t width = std::max<std::size_t>(1, series.elements.size());
    require(chunk.count > 0 && series.values.size() / chunk.count == chunk.times.size() * width &&
                series.values.size() % chunk.count == 0,
            "a series does not match the saved times, its elements and the scenarios");
    chunk.series.push_back(std::move(series));
  }
}

Json write(const KeptFile& file, NumberWriter&) {
  return {{"sha256", file.sha256}};
}
void read(const Json& json, const NumberReader&, KeptFile& file) {
  file.sha256 = json.at("sha256");
}

Json write(const LeaseFailure& failure, NumberWriter&) {
  return {{"message", failure.message}};
}
void read(const Json& json, const NumberReader&, LeaseFailure& failure) {
  failure.message = json.at("message");
}

Json write(const Heartbeat& beat, NumberWriter&) {
  return {{"cpu_seconds", number_to(beat.cpu_seconds)},
          {"memory_bytes", beat.memory_bytes},
          {"lease", beat.lease},
          {"done", beat.done},
          {"progress", beat.progress}};
}
void read(const Json& json, const NumberReader&, Heartbeat& beat) {
  beat.cpu_seconds = json.value("cpu_seconds", 0.0);
  beat.memory_bytes = json.value("memory_bytes", std::uint64_t{0});
  beat.lease = json.value("lease", std::int64_t{0});
  beat.done = json.value("done", std::uint64_t{0});
  beat.progress = json.value("progress", 0.0);
}

Json write(const HeartbeatAnswer& answer, NumberWriter&) {
  return {{"revoked", answer.revoked}, {"leave", answer.leave}};
}
void read(const Json& json, const NumberReader&, HeartbeatAnswer& answer) {
  answer.revoked = json.value("revoked", std::vector<std::int64_t>{});
  answer.leave = json.value("leave", false);
}

Json write(const Goodbye& goodbye, NumberWriter&) {
  return {{"reason", goodbye.reason},
          {"cpu_seconds", number_to(goodbye.cpu_seconds)},
          {"memory_bytes", goodbye.memory_bytes}};
}
void read(const Json& json, const NumberReader&, Goodbye& goodbye) {
  goodbye.reason = json.value("reason", "");
  goodbye.cpu_seconds = json.value("cpu_seconds", 0.0);
  goodbye.memory_bytes = json.value("memory_bytes", std::uint64_t{0});
}

}  // namespace flowyard::worker::protocol
