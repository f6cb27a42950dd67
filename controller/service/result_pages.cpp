// The part of ControllerService that gives the table of results, page by page.
#include "controller/results/table_query.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/row_reader.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::IndexRange;

namespace {

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

service::ResultPage page_of(results::PageRows& collected, const results::TableQuery& query,
                            const std::vector<results::ResultColumn>& columns) {
  service::ResultPage page;
  for (const auto column : query.columns)
    page.columns.push_back(
        {.name = columns[column].name, .kind = columns[column].kind, .outcome = columns[column].outcome});
  auto taken = collected.take();
  if (!taken.next.empty()) page.next = std::move(taken.next);
  for (auto& row : taken.rows) {
    auto& cells = page.rows.emplace_back();
    for (const auto column : query.columns) cells.push_back(std::move(row.cells[column]));
  }
  return page;
}

}  // namespace

Task<Results<service::ResultPage>> ControllerService::results(ExperimentId id,
                                                              results::TableRequest request) {
  const auto reading = co_await reading_of(id);
  if (!reading)
    co_return Errors{failure(ErrorCode::Internal, "experiment " + to_string(id) + " can no longer be read")};
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return Errors{space.error()};
  const results::ResultTable table(reading->experiment, *space);
  const auto query = results::parse_table_query(request, table.columns());
  if (!query) co_return query.error();

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
  auto page = page_of(collected, *query, table.columns());
  if (takes_all && table.has_no_gaps()) {
    page.total = table.end_row() - table.first_row();
  } else if (has_seen_all) {
    page.total = collected.let_through();
  }
  co_return page;
}

}  // namespace flowyard::controller::service
