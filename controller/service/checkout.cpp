// The part of ControllerService that gives results away: the files of a checkout, one after another.
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "common/crypto/sha256.hpp"
#include "controller/results/across_regions.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/result_blocks.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kSeriesPart = 64u << 20;  // bytes of one series file

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const experiment::Worker& w, const std::string& experiment) {
  Json json{{"worker", w.name},
            {"experiment", experiment},
            {"scenario", w.scenario},
            {"attempt", w.attempt},
            {"state", std::string(to_string(w.state))},
            {"cause", std::string(to_string(w.cause))},
            {"reason", w.reason},
            {"fleet", w.fleet},
            {"runs", w.runs},
            {"compute_seconds", w.compute_seconds},
            {"cpu_seconds", w.cpu_seconds},
            {"memory_bytes", w.memory_bytes}};
  if (w.exit) json["exit_code"] = w.exit->code;
  if (w.created) json["created"] = to_rfc3339(*w.created);
  if (w.ready) json["ready"] = to_rfc3339(*w.ready);
  if (w.exited) json["exited"] = to_rfc3339(*w.exited);
  json["results"] = Json::array();
  return json;
}

void add_results(Json& json, const results::ResultBlock& block,
                 const experiment::design::ScenarioSpace& space, const experiment::Experiment& experiment) {
  for (std::uint64_t i = 0; i < block.range.count; ++i) {
    const auto point = space.at(block.range.first + i);
    Json one{{"scenario", point.index}, {"named_scenario", experiment.scenarios[point.named].name}};
    if (!experiment.regions.empty()) one["region"] = experiment.regions[point.region].name;
    one["replication"] = point.replication;
    for (const auto& setting : point.settings) {
      if (const auto* value = std::get_if<double>(&setting.value))
        one["parameters"][setting.name] = number(*value);
    }
    for (std::size_t o = 0; o < block.outcomes.size(); ++o) {
      one["outcomes"][block.outcome_names[o]] = number(block.outcomes[o][i]);
    }
    json["results"].push_back(std::move(one));
  }
}

std::string part_name(int part) {
  return "series-" + std::to_string(part);
}

// The series of one scenario of a block, by name; empty if the block has none of that name.
std::vector<double> series_of(const results::ResultBlock& block, const std::string& name,
                              std::uint64_t index) {
  std::vector<double> values;
  for (const auto& series : block.series) {
    if (series.name != name || series.elements.size() > 1) continue;
    for (std::size_t saved = 0; saved < block.times.size(); ++saved) {
      values.push_back(series.values[saved * block.range.count + (index - block.range.first)]);
    }
  }
  return values;
}

// Where a file that the experiment names is written: "files/models/logistic.yaml". Whatever would lead out of
// the folder, a leading slash or "..", is left away.
std::string path_in_checkout(const std::string& named) {
  std::filesystem::path path = "files";
  for (const auto& part : std::filesystem::path(named).relative_path().lexically_normal()) {
    if (part != "..") path /= part;
  }
  return path.string();
}

}  // namespace

// One checkout under way: remembers what was written, for the manifest.
class ControllerService::Checkout {
 public:
  Checkout(store::StoreThread& store, async::BlockingPool& pool, ExperimentId id,
           const results::TableFormat& format, FileSink sink)
      : format_(format), store_(store), pool_(pool), id_(id), sink_(std::move(sink)) {}

  const results::TableFormat& format() const { return format_; }  // of tables

  Task<> write(std::string path, std::string content) {
    manifest_.push_back({{"path", path}, {"bytes", content.size()}, {"sha256", crypto::sha256_hex(content)}});
    results::ExportFile file{.path = std::move(path), .content = std::move(content)};
    return sink_(std::move(file));
  }

  // `name` without extension.
  Task<> write_table(const std::string& name, std::string content) {
    return write(name + std::string(format_.extension), std::move(content));
  }

  Task<> finish(std::string experiment) {
    Json manifest{{"experiment", experiment}, {"id", id_.value}, {"files", manifest_}};
    results::ExportFile file{.path = "manifest.json", .content = dump(manifest)};
    return sink_(std::move(file));
  }

  Task<std::optional<results::ResultBlock>> next(std::uint64_t from, std::optional<experiment::WorkerId> by,
                                                 const std::map<experiment::WorkerId, std::string>& names) {
    const auto id = id_;
    const auto chunk =
        co_await store_.run([=](store::Store& store) { return store.next_chunk(id, from, by); });
    std::optional<results::ResultBlock> block;
    if (!chunk) co_return block;
    const auto name = names.find(chunk->worker);
    auto decode = [&] { return block_of(*chunk, name == names.end() ? "" : name->second); };
    auto read = co_await pool_.run(std::move(decode));
    if (!read) throw ErrorException(read.error());
    block = std::move(*read);
    co_return block;
  }

  Task<std::optional<results::ResultBlock>> with(std::uint64_t scenario) {
    const auto id = id_;
    const auto chunk =
        co_await store_.run([=](store::Store& store) { return store.chunk_with(id, scenario); });
    std::optional<results::ResultBlock> block;
    if (!chunk) co_return block;
    auto decode = [&] { return block_of(*chunk, ""); };
    auto read = co_await pool_.run(std::move(decode));
    if (read) block = std::move(*read);
    co_return block;
  }

 private:
  const results::TableFormat& format_;
  store::StoreThread& store_;
  async::BlockingPool& pool_;
  ExperimentId id_;
  FileSink sink_;
  Json manifest_ = Json::array();
};

Task<> ControllerService::write_tables(Checkout& out, const experiment::file::LoadedExperiment& reading,
                                       const experiment::design::ScenarioSpace& space,
                                       std::map<experiment::WorkerId, std::string> names) {
  const auto& experiment = reading.experiment;
  results::ScenarioTable scenarios(experiment, out.format());
  results::OutcomeTable outcomes(out.format());
  results::SeriesTable series(out.format());
  int part = 0;
  std::uint64_t next = 0;
  for (;;) {
    const auto block = co_await out.next(next, std::nullopt, names);
    if (!block) break;
    next = block->range.end();
    auto add = [&] {
      for (auto index = block->range.first; index < next; ++index) scenarios.add(space.at(index));
      outcomes.add(*block);
      series.add(*block);
    };
    co_await results_pool_.run(std::move(add));
    if (series.bytes() < kSeriesPart) continue;
    const std::string name = part_name(++part);
    co_await out.write_table(name, series.take());
  }
  co_await out.write_table("scenarios", scenarios.take());
  co_await out.write_table("outcomes", outcomes.take());
  if (series.empty()) co_return;
  // Named first: GCC 12 frees what a conditional makes inside a co_await twice.
  const std::string last = part == 0 ? "series" : part_name(part + 1);
  co_await out.write_table(last, series.take());
}

Task<> ControllerService::write_across_regions(Checkout& out,
                                               const experiment::file::LoadedExperiment& reading,
                                               const experiment::design::ScenarioSpace& space) {
  const auto& experiment = reading.experiment;
  const auto regions = experiment.regions.size();
  const auto table = out.format().open();
  table->cell("named_scenario").cell("point").cell("sample").cell("replication").cell("time");
  for (const auto& wanted : experiment.outputs.across_regions) table->cell(wanted.name);
  table->end_row();
  std::vector<std::optional<results::ResultBlock>> blocks(regions);
  for (std::uint64_t first = 0; first < space.size();) {
    // The groups of one named scenario follow each other, one for each region, all of the same length.
    const std::uint64_t count = space.group_end(first) - first;
    for (std::uint64_t offset = 0; offset < count; ++offset) {
      bool whole = true;
      for (std::size_t region = 0; region < regions; ++region) {
        const auto index = first + region * count + offset;
        auto& block = blocks[region];
        const bool held = block && index >= block->range.first && index < block->range.end();
        if (!held) block = co_await out.with(index);
        whole = whole && block;
      }
      if (!whole) continue;
      const auto point = space.at(first + offset);
      std::vector<std::vector<double>> columns;
      for (const auto& wanted : experiment.outputs.across_regions) {
        std::vector<std::vector<double>> all;
        for (std::size_t region = 0; region < regions; ++region) {
          all.push_back(series_of(*blocks[region], wanted.series, first + region * count + offset));
        }
        columns.push_back(results::across(wanted.aggregate, all));
      }
      for (std::size_t saved = 0; saved < blocks[0]->times.size(); ++saved) {
        table->cell(experiment.scenarios[point.named].name)
            .cell(point.point)
            .cell(point.sample)
            .cell(point.replication);
        table->cell(blocks[0]->times[saved]);
        for (const auto& column : columns) table->cell(saved < column.size() ? column[saved] : std::nan(""));
        table->end_row();
      }
    }
    first += count * regions;
  }
  co_await out.write_table("across_regions", table->take());
}

Task<> ControllerService::write_worker(Checkout& out, experiment::Worker worker, std::string experiment_name,
                                       const experiment::file::LoadedExperiment& reading,
                                       const experiment::design::ScenarioSpace& space) {
  Json json = to_json(worker, experiment_name);
  const std::map<experiment::WorkerId, std::string> names{{worker.id, worker.name}};
  std::uint64_t next = 0;
  for (;;) {
    const auto block = co_await out.next(next, worker.id, names);
    if (!block) break;
    next = block->range.end();
    add_results(json, *block, space, reading.experiment);
  }
  co_await out.write("workers/" + worker.name + ".json", dump(json));
  const std::string log = co_await log_text(worker);
  co_await out.write("logs/" + worker.name + ".log", log);
}

Task<Result<void>> ControllerService::checkout(std::string which, CheckoutOptions options, FileSink sink) {
  const auto format = results::table_format(options.format);
  if (!format) co_return format.error();
  std::vector<experiment::Worker> workers;
  auto worker = co_await find_worker(which);
  ExperimentId id;
  if (worker) {
    id = worker->experiment;
    workers.push_back(std::move(*worker));
  } else {
    const auto found = co_await find_experiment(which);
    if (!found)
      co_return failure(ErrorCode::NotFound, "neither a worker nor an experiment is called '" + which + "'");
    id = *found;
    workers = co_await workers_of(id);
  }
  const bool whole = !worker.has_value();
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment(id); });
  const auto reading = co_await reading_of(id);
  if (!row || !reading)
    co_return failure(ErrorCode::Internal, "experiment " + to_string(id) + " can no longer be read");
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return space.error();

  Checkout out(store_, results_pool_, id, **format, std::move(sink));
  co_await out.write("experiment.yaml", row->bundle.text);
  for (const auto& file : row->bundle.files) co_await out.write(path_in_checkout(file.path), file.content);
  if (whole) {
    std::map<experiment::WorkerId, std::string> names;
    for (const auto& one : workers) names[one.id] = one.name;
    co_await write_tables(out, *reading, *space, std::move(names));
    if (!reading->experiment.outputs.across_regions.empty())
      co_await write_across_regions(out, *reading, *space);
  }
  for (const auto& one : workers) co_await write_worker(out, one, row->name, *reading, *space);
  co_await out.finish(row->name);
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
