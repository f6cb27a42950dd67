// The part of a checkout that is made of results: a row or a run for each scenario, sums across regions, and
// the rows of the table of results that were asked for. Nothing is held that grows with the number of
// scenarios.
#include <cmath>

#include "controller/orchestrator/pools.hpp"
#include "controller/results/across_regions.hpp"
#include "controller/service/checkout_under_way.hpp"
#include "controller/service/result_blocks.hpp"
#include "controller/service/row_reader.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::FailedScenario;
using experiment::IndexRange;
using results::ResultBlock;

namespace {

constexpr std::size_t kPiece = 1u << 20;               // bytes of a file that are sent at once
constexpr std::uint64_t kRowsWithoutResults = 10'000;  // scenarios without results, written in one go

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

// The first scenario of rising ranges that is not before `from`.
std::optional<std::uint64_t> first_of(const std::vector<IndexRange>& ranges, std::uint64_t from) {
  const auto range = std::partition_point(ranges.begin(), ranges.end(),
                                          [from](const IndexRange& r) { return r.end() <= from; });
  if (range == ranges.end()) return std::nullopt;
  return std::max(range->first, from);
}

// `failures`: those of the block that failed though they have results; `parts`: what of it is wanted.
void add_done(ScenarioSink& sink, const experiment::design::ScenarioSpace& space, const ResultBlock& block,
              const std::vector<IndexRange>& parts, const experiment::IndexSet& not_finite,
              const std::vector<FailedScenario>& failures) {
  auto failed = failures.begin();
  for (const auto& part : parts) {
    for (auto index = part.first; index < part.end(); ++index) {
      while (failed != failures.end() && failed->index < index) ++failed;
      results::ScenarioStatus status{.status = "done", .cause = {}, .worker = block.worker};
      if (!not_finite.empty() && not_finite.contains(index)) status.status = "not_finite";
      if (failed != failures.end() && failed->index == index)
        status = {.status = "failed", .cause = to_string(failed->cause), .worker = block.worker};
      sink.add(space.at(index), status, &block);
    }
  }
  sink.flush();
}

void add_others(ScenarioSink& sink, const experiment::design::ScenarioSpace& space,
                const std::vector<IndexRange>& ranges, const std::vector<FailedScenario>& failures) {
  auto failed = failures.begin();
  for (const auto& range : ranges) {
    for (auto index = range.first; index < range.end(); ++index) {
      while (failed != failures.end() && failed->index < index) ++failed;
      results::ScenarioStatus status;
      if (failed != failures.end() && failed->index == index)
        status = {.status = "failed", .cause = to_string(failed->cause), .worker = failed->worker};
      sink.add(space.at(index), status, nullptr);
    }
  }
  sink.flush();
}

}  // namespace

Task<> ControllerService::Checkout::send(SpilledFile file) {
  ManifestFile noted{.path = file.path, .bytes = file.size(), .sha256 = {}};
  const auto hash = std::make_shared<crypto::Sha256>();
  results::ExportPiece begin{.path = file.path, .size = noted.bytes, .content = {}};
  if (noted.bytes == 0) co_await sink_(std::move(begin));
  for (auto& part : file.parts) {
    if (!part.bytes.empty()) {
      results::ExportPiece piece = std::exchange(begin, {});
      piece.content = std::move(part.bytes);
      piece.size = noted.bytes;
      hash->update(piece.content);
      co_await sink_(std::move(piece));
    }
    for (std::uint64_t sent = 0; part.then && sent < part.then->size();) {
      auto read = [hash, from = part.then, sent] {
        auto bytes = from->read(sent, kPiece);
        hash->update(bytes);
        return bytes;
      };
      results::ExportPiece piece = std::exchange(begin, {});
      piece.content = co_await pool_.run(std::move(read));
      piece.size = noted.bytes;
      sent += piece.content.size();
      co_await sink_(std::move(piece));
    }
  }
  noted.sha256 = hash->hex();
  files.push_back(std::move(noted));
}

Task<std::optional<ResultBlock>> ControllerService::Checkout::next(std::uint64_t from) {
  // Of chosen scenarios the first may stand in the middle of a block.
  auto take = [id = of.id, by = of.worker, from, may_be_within = chosen.has_value()](store::Store& store) {
    auto holding = may_be_within ? store.chunk_with(id, from) : std::nullopt;
    return holding ? std::move(holding) : store.next_chunk(id, from, by);
  };
  auto chunk = co_await store_.run(std::move(take));
  co_return co_await decoded(std::move(chunk));
}

Task<std::optional<ResultBlock>> ControllerService::Checkout::with(std::uint64_t scenario) {
  auto take = [id = of.id, scenario](store::Store& store) { return store.chunk_with(id, scenario); };
  auto chunk = co_await store_.run(std::move(take));
  co_return co_await decoded(std::move(chunk));
}

Task<std::vector<FailedScenario>> ControllerService::Checkout::failures(IndexRange range) {
  auto look = [id = of.id, range](store::Store& store) { return store.failures(id, range, range.count); };
  return store_.run(std::move(look));
}

Task<std::optional<ResultBlock>> ControllerService::Checkout::decoded(std::optional<store::ChunkRow> chunk) {
  std::optional<ResultBlock> block;
  if (!chunk) co_return block;
  auto decode = [row = std::move(*chunk), this] { return block_of(row, name_of(row.worker)); };
  auto read = co_await pool_.run(std::move(decode));
  if (!read) throw ErrorException(read.error());
  block = std::move(*read);
  co_return block;
}

// The rows that the options ask for, and with them which scenarios the other tables have.
Task<Results<void>> ControllerService::write_rows(Checkout& out, CheckoutOptions options) {
  const results::ResultTable table(out.experiment(), out.space, out.of.reading->annotations);
  const auto query = results::parse_table_query(options.rows, table.columns());
  if (!query) co_return query.error();
  const auto spill = out.open();
  const auto rows = out.format.open();
  for (const auto column : query->columns) rows->cell(table.columns()[column].name);
  rows->end_row();
  out.chosen.emplace();
  const RowsUse use = [&](std::vector<results::ResultRow> some) -> Task<> {
    auto add = [&] {
      for (const auto& row : some) {
        for (const auto& range : table.begin(row.number).asked_for) out.chosen->add(range);
        for (const auto column : query->columns) results::add_cell(*rows, row.cells[column]);
        rows->end_row();
      }
      spill->append(rows->take());
    };
    co_await out.computed(std::move(add));
  };
  RowReader reader(store_, results_pool_, out.of.id, table);
  co_await each_row(reader, table, *query, options.limit.value_or(UINT64_MAX), use);
  auto flush = [&] { spill->append(rows->take()); };
  co_await out.computed(std::move(flush));
  SpilledFile file{.path = "results" + std::string(out.format.extension),
                   .parts = {{.bytes = {}, .then = spill}}};
  co_await out.send(std::move(file));
  co_return Results<void>{};
}

Task<Result<void>> ControllerService::write_scenarios(Checkout& out) {
  auto wanted = orchestrator::ranges_of(out.experiment(), out.space);
  if (out.chosen) wanted = out.chosen->runs();
  const OpenSpill open = [&out] { return out.open(); };
  const bool is_whole = !out.of.worker && !out.chosen;
  const auto sink = out.format.has_netcdf ? netcdf_sink(out.experiment(), out.space,
                                                        out.of.reading->annotations, is_whole, open)
                                          : table_sink(out.experiment(), out.format, open);
  for (auto next = first_of(wanted, 0); sink->learns() && next;) {
    const auto block = co_await out.next(*next);
    if (!block) break;
    if (!cut(wanted, block->range, 1).empty()) sink->learn(*block);
    next = first_of(wanted, block->range.end());
  }
  for (auto next = first_of(wanted, 0); next;) {
    const auto block = co_await out.next(*next);
    const std::uint64_t until = block ? block->range.first : out.space.size();
    // Of one worker, what it did; of an experiment, every scenario that it has.
    while (!out.of.worker && *next < until) {
      const auto others = cut(wanted, {*next, until - *next}, kRowsWithoutResults);
      if (others.empty()) break;
      const IndexRange window{others.front().first, others.back().end() - others.front().first};
      const auto failures = co_await out.failures(window);
      auto add = [&] { add_others(*sink, out.space, others, failures); };
      co_await out.computed(std::move(add));
      next = window.end();
    }
    if (!block) break;
    std::vector<FailedScenario> failures;
    const auto marked = out.not_finite.first_run(block->range.first);
    if (marked.count > 0 && marked.first < block->range.end()) failures = co_await out.failures(block->range);
    const auto parts = cut(wanted, block->range, UINT64_MAX);
    auto add = [&] { add_done(*sink, out.space, *block, parts, out.not_finite, failures); };
    co_await out.computed(std::move(add));
    next = first_of(wanted, block->range.end());
  }
  auto flush = [&] { sink->flush(); };
  co_await out.computed(std::move(flush));
  auto files = sink->files();
  if (!files) co_return files.error();
  for (auto& file : *files) co_await out.send(std::move(file));
  co_return Result<void>{};
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
  SpilledFile whole{.path = "across_regions" + std::string(out.format.extension),
                    .parts = {{.bytes = {}, .then = file}}};
  co_await out.send(std::move(whole));
}

}  // namespace flowyard::controller::service
