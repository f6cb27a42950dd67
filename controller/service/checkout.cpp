// The part of ControllerService that gives results away: the files of a checkout, one after another, each in
// pieces. Nothing is held that grows with the number of scenarios: a table goes to a file of its own first,
// since an archive tells the size of a file before its content.
#include <cmath>
#include <memory>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <nlohmann/json.hpp>

#include "common/crypto/sha256.hpp"
#include "controller/orchestrator/pools.hpp"
#include "controller/results/across_regions.hpp"
#include "controller/service/checkout_paths.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/manifest.hpp"
#include "controller/service/result_blocks.hpp"
#include "controller/service/spill.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::IndexRange;

namespace {

constexpr std::size_t kPiece = 1u << 20;               // bytes of a file that are sent at once
constexpr std::uint64_t kRowsWithoutResults = 10'000;  // scenarios without results, written in one go

std::string worker_json(const experiment::Worker& w, const std::string& experiment) {
  nlohmann::ordered_json json{{"worker", w.name},
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
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
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

// What is left of `ranges` between two scenarios, the first `at_most` of it.
std::vector<IndexRange> cut(const std::vector<IndexRange>& ranges, IndexRange window, std::uint64_t at_most) {
  std::vector<IndexRange> found;
  auto range = std::partition_point(ranges.begin(), ranges.end(),
                                    [&](const IndexRange& r) { return r.end() <= window.first; });
  for (; range != ranges.end() && range->first < window.end() && at_most > 0; ++range) {
    auto common = experiment::overlap(*range, window);
    common.count = std::min(common.count, at_most);
    at_most -= common.count;
    if (common.count > 0) found.push_back(common);
  }
  return found;
}

// What freed chunks leave behind in the allocator goes back to the machine.
void give_memory_back() {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

}  // namespace

// One checkout under way: what it is of, and what was written, for the manifest.
class ControllerService::Checkout {
 public:
  struct Of {
    ExperimentId id;
    std::shared_ptr<const experiment::file::LoadedExperiment> reading;
    std::optional<experiment::WorkerId> worker;  // its part alone
    std::map<experiment::WorkerId, std::string> worker_names;
  };
  Checkout(store::StoreThread& store, async::BlockingPool& pool, std::string folder, Of subject,
           experiment::design::ScenarioSpace points, const results::TableFormat& tables, FileSink sink)
      : of(std::move(subject)),
        space(std::move(points)),
        format(tables),
        store_(store),
        pool_(pool),
        folder_(std::move(folder)),
        sink_(std::move(sink)) {}

  const experiment::Experiment& experiment() const { return of.reading->experiment; }
  const std::string& name_of(experiment::WorkerId worker) const {
    static const std::string kNobody;
    const auto name = of.worker_names.find(worker);
    return name == of.worker_names.end() ? kNobody : name->second;
  }

  Task<> write(std::string path, std::string content, std::vector<ManifestFile>& noted) {
    noted.push_back({.path = path, .bytes = content.size(), .sha256 = crypto::sha256_hex(content)});
    return sink_(results::whole_file(std::move(path), std::move(content)));
  }

  // A table under way, on the disk.
  std::shared_ptr<Spill> open() const { return std::make_shared<Spill>(folder_); }

  // `name` without extension.
  Task<> write_table(std::string name, std::shared_ptr<Spill> table) {
    ManifestFile noted{.path = name + std::string(format.extension), .bytes = table->size(), .sha256 = {}};
    auto hash = [table] { return table->sha256(); };
    noted.sha256 = co_await pool_.run(std::move(hash));
    std::uint64_t sent = 0;
    do {
      auto read = [table, sent] { return table->read(sent, kPiece); };
      results::ExportPiece piece;
      piece.content = co_await pool_.run(std::move(read));
      if (sent == 0) piece.path = noted.path;
      piece.size = noted.bytes;
      sent += piece.content.size();
      co_await sink_(std::move(piece));
    } while (sent < noted.bytes);
    files.push_back(std::move(noted));
  }

  Task<> finish(std::string manifest) {
    return sink_(results::whole_file("manifest.json", std::move(manifest)));
  }

  // The next block of results from a scenario on.
  Task<std::optional<results::ResultBlock>> next(std::uint64_t from) {
    auto take = [id = of.id, by = of.worker, from](store::Store& store) {
      return store.next_chunk(id, from, by);
    };
    auto chunk = co_await store_.run(std::move(take));
    co_return co_await decoded(std::move(chunk));
  }

  Task<std::optional<results::ResultBlock>> with(std::uint64_t scenario) {
    auto take = [id = of.id, scenario](store::Store& store) { return store.chunk_with(id, scenario); };
    auto chunk = co_await store_.run(std::move(take));
    co_return co_await decoded(std::move(chunk));
  }

  // Those that failed, within a range.
  Task<std::vector<experiment::FailedScenario>> failures(IndexRange range) {
    auto look = [id = of.id, range](store::Store& store) { return store.failures(id, range, range.count); };
    return store_.run(std::move(look));
  }

  template <class Work>
  auto computed(Work work) {
    return pool_.run(std::move(work));
  }

  const Of of;
  const experiment::design::ScenarioSpace space;
  const results::TableFormat& format;  // of tables
  experiment::IndexSet not_finite;     // scenarios whose results are not
  std::vector<ManifestFile> inputs, files;

 private:
  Task<std::optional<results::ResultBlock>> decoded(std::optional<store::ChunkRow> chunk) {
    std::optional<results::ResultBlock> block;
    if (!chunk) co_return block;
    auto decode = [row = std::move(*chunk), this] { return block_of(row, name_of(row.worker)); };
    auto read = co_await pool_.run(std::move(decode));
    if (!read) throw ErrorException(read.error());
    block = std::move(*read);
    co_return block;
  }

  store::StoreThread& store_;
  async::BlockingPool& pool_;
  std::string folder_;
  FileSink sink_;
};

namespace {

// The tables that have rows for single scenarios, all written in one reading of the results.
struct ScenarioTables {
  results::ScenarioTable scenarios;
  results::OutcomeTable outcomes;
  results::SeriesTable series;
  std::shared_ptr<Spill> scenarios_file, outcomes_file, series_file;

  // `failures`: those of the block that failed though they have results.
  void add_done(const experiment::design::ScenarioSpace& space, const results::ResultBlock& block,
                const experiment::IndexSet& not_finite,
                const std::vector<experiment::FailedScenario>& failures) {
    auto failed = failures.begin();
    for (auto index = block.range.first; index < block.range.end(); ++index) {
      results::ScenarioStatus status{.status = "done", .cause = {}, .worker = block.worker};
      if (!not_finite.empty() && not_finite.contains(index)) status.status = "not_finite";
      if (failed != failures.end() && failed->index == index)
        status = {.status = "failed", .cause = to_string((failed++)->cause), .worker = block.worker};
      scenarios.add(space.at(index), status);
    }
    outcomes.add(block);
    series.add(block);
    flush();
  }

  void add_others(const experiment::design::ScenarioSpace& space, const std::vector<IndexRange>& ranges,
                  const std::vector<experiment::FailedScenario>& failures) {
    auto failed = failures.begin();
    for (const auto& range : ranges) {
      for (auto index = range.first; index < range.end(); ++index) {
        while (failed != failures.end() && failed->index < index) ++failed;
        const bool is_failed = failed != failures.end() && failed->index == index;
        results::ScenarioStatus status;
        if (is_failed)
          status = {.status = "failed", .cause = to_string(failed->cause), .worker = failed->worker};
        scenarios.add(space.at(index), status);
      }
    }
    flush();
  }

  void flush() {
    scenarios_file->append(scenarios.take());
    outcomes_file->append(outcomes.take());
    series_file->append(series.take());
  }
};

}  // namespace

Task<> ControllerService::write_tables(Checkout& out) {
  auto tables = std::make_shared<ScenarioTables>(
      ScenarioTables{.scenarios = results::ScenarioTable(out.experiment(), out.format),
                     .outcomes = results::OutcomeTable(out.format),
                     .series = results::SeriesTable(out.format),
                     .scenarios_file = out.open(),
                     .outcomes_file = out.open(),
                     .series_file = out.open()});
  // Of one worker, what it did; of an experiment, every scenario that it has.
  std::vector<IndexRange> wanted;
  if (!out.of.worker) wanted = orchestrator::ranges_of(out.experiment(), out.space);
  std::uint64_t next = 0;
  for (bool more = true; more;) {
    const auto block = co_await out.next(next);
    more = block.has_value();
    const std::uint64_t until = block ? block->range.first : out.space.size();
    while (next < until) {
      const auto others = cut(wanted, {next, until - next}, kRowsWithoutResults);
      if (others.empty()) break;
      const IndexRange window{others.front().first, others.back().end() - others.front().first};
      const auto failures = co_await out.failures(window);
      auto add = [&] { tables->add_others(out.space, others, failures); };
      co_await out.computed(std::move(add));
      next = window.end();
    }
    if (!block) break;
    std::vector<experiment::FailedScenario> failures;
    const auto marked = out.not_finite.first_run(block->range.first);
    if (marked.count > 0 && marked.first < block->range.end()) failures = co_await out.failures(block->range);
    auto add = [&] { tables->add_done(out.space, *block, out.not_finite, failures); };
    co_await out.computed(std::move(add));
    next = block->range.end();
  }
  co_await out.write_table("scenarios", tables->scenarios_file);
  co_await out.write_table("outcomes", tables->outcomes_file);
  if (tables->series_file->size() > 0) co_await out.write_table("series", tables->series_file);
}

Task<> ControllerService::write_across_regions(Checkout& out) {
  const auto& experiment = out.experiment();
  const auto regions = experiment.regions.size();
  const auto file = out.open();
  const auto table = out.format.open();
  table->cell("named_scenario").cell("point").cell("sample").cell("replication").cell("time");
  for (const auto& wanted : experiment.outputs.across_regions) table->cell(wanted.name);
  table->end_row();
  std::vector<std::optional<results::ResultBlock>> blocks(regions);
  for (std::uint64_t first = 0; first < out.space.size();) {
    // The groups of one named scenario follow each other, one for each region, all of the same length.
    const std::uint64_t count = out.space.group_end(first) - first;
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
      const auto point = out.space.at(first + offset);
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
      if (table->bytes() < kPiece) continue;
      auto flush = [&] { file->append(table->take()); };
      co_await out.computed(std::move(flush));
    }
    first += count * regions;
  }
  auto flush = [&] { file->append(table->take()); };
  co_await out.computed(std::move(flush));
  co_await out.write_table("across_regions", file);
}

Task<> ControllerService::write_worker(Checkout& out, experiment::Worker worker) {
  std::string json = worker_json(worker, out.experiment().name);
  co_await out.write("workers/" + worker.name + ".json", std::move(json), out.files);
  std::string log = co_await log_text(worker);
  co_await out.write("logs/" + worker.name + ".log", std::move(log), out.files);
}

Task<Result<void>> ControllerService::checkout(std::string which, CheckoutOptions options, FileSink sink) {
  const auto format = results::table_format(options.format);
  if (!format) co_return format.error();
  Checkout::Of of;
  std::vector<experiment::Worker> workers;
  Manifest manifest;
  auto worker = co_await find_worker(which);
  if (worker) {
    of.id = worker->experiment;
    of.worker = worker->id;
    manifest.worker = worker->name;
    workers.push_back(std::move(*worker));
  } else {
    const auto found = co_await find_experiment(which);
    if (!found)
      co_return failure(ErrorCode::NotFound, "neither a worker nor an experiment is called '" + which + "'");
    of.id = *found;
    workers = co_await workers_of(of.id);
  }
  for (const auto& one : workers) of.worker_names[one.id] = one.name;
  auto look = [id = of.id](store::Store& store) { return store.experiment(id); };
  const auto row = co_await store_.run(std::move(look));
  of.reading = co_await reading_of(of.id);
  if (!row || !of.reading)
    co_return failure(ErrorCode::Internal, "experiment " + to_string(of.id) + " can no longer be read");
  auto space = experiment::design::ScenarioSpace::create(of.reading->experiment);
  if (!space) co_return space.error();
  auto bundle = for_checkout(row->bundle);
  if (!bundle) co_return bundle.error();
  const auto view = co_await progress(of.id);
  if (!view) co_return view.error();
  manifest.experiment = *view;
  manifest.program = options_.version;
  if (row->fleet == "docker") manifest.docker_engine = options_.fleet_detail;

  Checkout out(store_, results_pool_, options_.data_folder, std::move(of), std::move(*space), **format,
               std::move(sink));
  auto marks = [id = out.of.id](store::Store& store) { return store.not_finite_ranges(id); };
  const auto marked = co_await store_.run(std::move(marks));
  for (const auto& range : marked) out.not_finite.add(range);
  co_await out.write("experiment.yaml", std::move(bundle->text), out.inputs);
  for (auto& file : bundle->files) co_await out.write(file.path, std::move(file.content), out.inputs);
  co_await write_tables(out);
  if (!out.of.worker && !out.experiment().outputs.across_regions.empty()) co_await write_across_regions(out);
  for (const auto& one : workers) co_await write_worker(out, one);
  manifest.inputs = std::move(out.inputs);
  manifest.files = std::move(out.files);
  auto write = [&] { return to_json(manifest, *out.of.reading); };
  std::string text = co_await results_pool_.run(std::move(write));
  co_await out.finish(std::move(text));
  co_await results_pool_.run([] { give_memory_back(); });
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
