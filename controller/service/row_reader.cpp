#include "controller/service/row_reader.hpp"

#include <algorithm>

#include "controller/service/result_blocks.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::IndexRange;

namespace {

constexpr std::uint64_t kRowsAtOnce = 4'096;
constexpr std::uint64_t kRunsAtOnce = 200'000;
constexpr std::size_t kFailuresAtOnce = 10'000;

}  // namespace

// Rows that are filled together, from scenarios in rising order.
struct RowReader::Window {
  struct Part {
    IndexRange range;
    std::size_t row = 0;
  };

  Window(const results::ResultTable& of, std::uint64_t first, std::uint64_t count) : table(of) {
    for (std::uint64_t row = first; row < first + count; ++row) {
      for (const auto& range : rows.emplace_back(table.begin(row)).asked_for)
        parts.push_back({range, rows.size() - 1});
    }
    const auto by_first = [](const Part& a, const Part& b) { return a.range.first < b.range.first; };
    if (!std::is_sorted(parts.begin(), parts.end(), by_first))
      std::sort(parts.begin(), parts.end(), by_first);
  }

  bool is_whole() const { return next == parts.size(); }
  // The first scenario that is still to come.
  std::uint64_t wanted() const { return std::max(reached, parts[next].range.first); }

  void add(const results::ResultBlock& block) {
    reached = block.range.end();
    for (; next < parts.size() && parts[next].range.first < reached; ++next) {
      table.add(rows[parts[next].row], parts[next].range, block);
      if (parts[next].range.end() > reached) return;  // it goes on in the next block
    }
  }

  void add(const std::vector<experiment::FailedScenario>& failures) {
    for (const auto& failed : failures) {
      const auto after = std::upper_bound(parts.begin(), parts.end(), failed.index,
                                          [](std::uint64_t i, const Part& p) { return i < p.range.first; });
      if (after == parts.begin() || std::prev(after)->range.end() <= failed.index) continue;
      table.add(rows[std::prev(after)->row], failed);
    }
  }

  // Rising.
  void mark_not_finite(const std::vector<IndexRange>& ranges) {
    auto part = parts.begin();
    for (const auto& range : ranges) {
      while (part != parts.end() && part->range.end() <= range.first) ++part;
      for (auto at = part; at != parts.end() && at->range.first < range.end(); ++at)
        rows[at->row].not_finite += overlap(at->range, range).count;
    }
  }

  std::vector<results::ResultRow> finish() {
    std::vector<results::ResultRow> finished;
    finished.reserve(rows.size());
    // One of which nothing was asked for lies between others.
    for (auto& row : rows)
      if (!row.asked_for.empty()) finished.push_back(table.finish(std::move(row)));
    return finished;
  }

  const results::ResultTable& table;
  std::vector<results::ResultTable::Filling> rows;
  std::vector<Part> parts;  // rising
  std::size_t next = 0;     // the first part that is not whole
  std::uint64_t reached = 0;
};

std::uint64_t RowReader::rows_at_once() const {
  return std::clamp<std::uint64_t>(kRunsAtOnce / table_.most_runs_of_a_row(), 1, kRowsAtOnce);
}

Task<bool> RowReader::find_block(std::uint64_t scenario) {
  const auto chunk = co_await store_.run([id = id_, scenario](store::Store& store) {
    auto holding = store.chunk_with(id, scenario);
    return holding ? std::move(holding) : store.next_chunk(id, scenario);
  });
  if (!chunk) co_return false;
  auto decode = [&chunk] { return block_of(*chunk, ""); };
  auto block = co_await pool_.run(std::move(decode));
  if (!block) throw ErrorException(block.error());
  block_ = std::move(*block);
  co_return true;
}

Task<> RowReader::read_faults(Window& window) {
  if (window.parts.empty()) co_return;
  const std::uint64_t first = window.parts.front().range.first, end = window.parts.back().range.end();
  const IndexRange all{first, end - first};
  const auto odd =
      co_await store_.run([id = id_, all](store::Store& store) { return store.not_finite_ranges(id, all); });
  window.mark_not_finite(odd);
  for (std::uint64_t from = first; from < end;) {
    const IndexRange within{from, end - from};
    const auto failures = co_await store_.run(
        [id = id_, within](store::Store& store) { return store.failures(id, within, kFailuresAtOnce); });
    window.add(failures);
    if (failures.size() < kFailuresAtOnce) co_return;
    from = failures.back().index + 1;
  }
}

Task<std::vector<results::ResultRow>> RowReader::read(std::uint64_t first, std::uint64_t count) {
  auto open = [&] { return Window(table_, first, count); };
  auto window = co_await pool_.run(std::move(open));
  while (!window.is_whole()) {
    const auto wanted = window.wanted();
    const bool is_held = block_ && overlap(block_->range, {wanted, 1}).count > 0;
    if (!is_held) {
      const bool is_there = co_await find_block(wanted);
      if (!is_there) break;
    }
    auto add = [&] { window.add(*block_); };
    co_await pool_.run(std::move(add));
  }
  co_await read_faults(window);
  auto finish = [&] { return window.finish(); };
  co_return co_await pool_.run(std::move(finish));
}

}  // namespace flowyard::controller::service
