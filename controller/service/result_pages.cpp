// The part of ControllerService that gives the table of results, page by page.
#include "controller/results/table_query.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/row_reader.hpp"
#include "controller/service/row_sorter.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::IndexRange;

namespace {

constexpr std::uint64_t kSortedAtOnce = 4'096;  // rows

// The rows that can be on the page: without a column to sort by, those that the page before has not passed.
IndexRange rows_for(const results::TableQuery& query, const results::ResultTable& table) {
  std::uint64_t first = table.first_row(), end = table.end_row();
  if (query.after && !query.sort_column) {
    const auto row = std::clamp(query.after->row, first, end);
    if (query.is_descending) {
      end = row;
    } else {
      first = std::min(row + 1, end);
    }
  }
  return {first, end - first};
}

// Which of them to look at next: from the end where the last row comes first.
IndexRange take_window(IndexRange& rows, std::uint64_t most, bool from_the_end) {
  const auto count = std::min(most, rows.count);
  const IndexRange window{from_the_end ? rows.end() - count : rows.first, count};
  if (!from_the_end) rows.first += count;
  rows.count -= count;
  return window;
}

service::ResultPage heading_of(const results::TableQuery& query,
                               const std::vector<results::ResultColumn>& columns) {
  service::ResultPage page;
  for (const auto column : query.columns)
    page.columns.push_back({.name = columns[column].name,
                            .kind = columns[column].kind,
                            .outcome = columns[column].outcome,
                            .unit = columns[column].unit});
  return page;
}

void add_rows(service::ResultPage& page, std::vector<results::ResultRow> rows,
              const results::TableQuery& query) {
  for (auto& row : rows) {
    auto& cells = page.rows.emplace_back();
    for (const auto column : query.columns) cells.push_back(std::move(row.cells[column]));
  }
}

}  // namespace

Task<Results<service::ResultPage>> ControllerService::results(ExperimentId id,
                                                              results::TableRequest request) {
  const auto reading = co_await reading_of(id);
  if (!reading)
    co_return Errors{failure(ErrorCode::Internal, "experiment " + to_string(id) + " can no longer be read")};
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return Errors{space.error()};
  const results::ResultTable table(reading->experiment, *space, reading->annotations);
  const auto query = results::parse_table_query(request, table.columns());
  if (!query) co_return query.error();

  if (request.limit == 0) co_return heading_of(*query, table.columns());
  RowReader reader(store_, results_pool_, id, table);
  results::PageRows collected(*query);
  const bool is_in_order = !query->sort_column;
  const bool takes_all = query->where.is_open();
  const auto at_once = is_in_order && takes_all
                           ? std::min<std::uint64_t>(query->limit + 1, reader.rows_at_once())
                           : reader.rows_at_once();
  auto rest = rows_for(*query, table);
  while (rest.count > 0 && !(is_in_order && collected.is_full())) {
    const auto window = take_window(rest, at_once, is_in_order && query->is_descending);
    auto rows = co_await reader.read(window.first, window.count);
    auto choose = [&] {
      for (auto& row : rows) collected.add(std::move(row));
    };
    co_await results_pool_.run(std::move(choose));
  }
  const bool has_seen_all = !is_in_order || (rest.count == 0 && !query->after);
  auto page = heading_of(*query, table.columns());
  auto taken = collected.take();
  if (!taken.next.empty()) page.next = std::move(taken.next);
  add_rows(page, std::move(taken.rows), *query);
  if (takes_all && table.has_no_gaps()) {
    page.total = table.end_row() - table.first_row();
  } else if (has_seen_all) {
    page.total = collected.let_through();
  }
  co_return page;
}

Task<Results<void>> ControllerService::all_results(ExperimentId id, results::TableRequest request,
                                                   std::optional<std::uint64_t> limit, PageSink sink) {
  const auto reading = co_await reading_of(id);
  if (!reading)
    co_return Errors{failure(ErrorCode::Internal, "experiment " + to_string(id) + " can no longer be read")};
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return Errors{space.error()};
  const results::ResultTable table(reading->experiment, *space, reading->annotations);
  request.cursor.clear();
  const auto query = results::parse_table_query(request, table.columns());
  if (!query) co_return query.error();
  const auto heading = heading_of(*query, table.columns());
  co_await sink(heading);
  const RowsUse use = [&](std::vector<results::ResultRow> rows) -> Task<> {
    auto page = heading;
    add_rows(page, std::move(rows), *query);
    co_await sink(std::move(page));
  };
  RowReader reader(store_, results_pool_, id, table);
  co_await each_row(reader, table, *query, limit.value_or(UINT64_MAX), use);
  co_return Results<void>{};
}

Task<> ControllerService::each_row(RowReader& reader, const results::ResultTable& table,
                                   const results::TableQuery& query, std::uint64_t limit,
                                   const RowsUse& use) {
  std::optional<RowSorter> sorter;
  if (query.sort_column) sorter.emplace(options_.data_folder, *query.sort_column, query.is_descending);
  auto rest = rows_for(query, table);
  for (auto left = limit; rest.count > 0 && left > 0;) {
    const bool from_the_end = query.is_descending && !sorter;
    const auto window = take_window(rest, std::min(left, reader.rows_at_once()), from_the_end);
    auto rows = co_await reader.read(window.first, window.count);
    auto choose = [&] {
      std::erase_if(rows,
                    [&](const results::ResultRow& row) { return !query.where.lets_through(row.cells); });
      if (from_the_end) std::reverse(rows.begin(), rows.end());
      if (sorter) {
        for (const auto& row : rows) sorter->add(row);
      }
    };
    co_await results_pool_.run(std::move(choose));
    if (sorter) continue;
    left -= rows.size();
    co_await use(std::move(rows));
  }
  if (!sorter) co_return;
  auto sort = [&] { sorter->sort(); };
  co_await results_pool_.run(std::move(sort));
  const auto end = std::min(limit, sorter->size());
  for (std::uint64_t first = 0; first < end; first += kSortedAtOnce) {
    const auto count = std::min(kSortedAtOnce, end - first);
    auto read = [&sorter, first, count] { return sorter->read(first, count); };
    auto rows = co_await results_pool_.run(std::move(read));
    co_await use(std::move(rows));
  }
}

}  // namespace flowyard::controller::service
