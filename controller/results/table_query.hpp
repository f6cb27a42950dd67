// TableQuery: which rows of a table of results are wanted, in which order, and which columns of them, as the
// command line, REST and MCP are asked for it, in the same words. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/results/result_table.hpp"
#include "controller/results/row_filter.hpp"

namespace flowyard::controller::results {

// As it comes in; all of it may be empty.
struct TableRequest {
  std::string where = {};    // a formula: row_filter.hpp
  std::string sort = {};     // "name" or "-name": the largest first; `row` is the order that rows have anyway
  std::string columns = {};  // "a,b,c"; an outcome stands for all of its statistics
  std::string cursor = {};   // of the page before
  std::size_t limit = kUsualPage;

  static constexpr std::size_t kUsualPage = 100, kLargestPage = 1000;
};

// Where in the order a row stands: by its key, those without one last, then by its number.
struct RowPlace {
  Cell key;  // empty in the order that rows have anyway
  std::uint64_t row = 0;

  bool operator==(const RowPlace&) const = default;
};

struct TableQuery {
  RowFilter where;
  std::optional<std::size_t> sort_column;  // none: by row
  bool is_descending = false;
  std::vector<std::size_t> columns;
  std::optional<RowPlace> after;  // where the page before ended
  std::size_t limit = TableRequest::kUsualPage;

  RowPlace place_of(const ResultRow& row) const;
  bool precedes(const RowPlace& a, const RowPlace& b) const;
};

// All mistakes at once; in a cursor, too.
Results<TableQuery> parse_table_query(const TableRequest& request, const std::vector<ResultColumn>& columns);

// The cursor of the page that follows one that ends there.
std::string cursor_after(const RowPlace& last);

// An empty cell for what has no value.
void add_cell(TableWriter& table, const Cell& cell);

// The rows of one page, from rows in any order; holds one more than it has room for.
class PageRows {
 public:
  explicit PageRows(const TableQuery& query) : query_(query) {}

  // Takes a row if the filter lets it through, as far as there is room.
  void add(ResultRow row);
  // Of rows that come in their order: that no later one can be on the page.
  bool is_full() const { return rows_.size() > query_.limit; }
  std::uint64_t let_through() const { return let_through_; }

  struct Page {
    std::vector<ResultRow> rows;
    std::string next;  // cursor; empty on the last page
  };
  Page take();

 private:
  using Placed = std::pair<RowPlace, ResultRow>;
  bool before(const Placed& a, const Placed& b) const { return query_.precedes(a.first, b.first); }

  const TableQuery& query_;
  std::vector<Placed> rows_;  // a heap, the last of them on top
  std::uint64_t let_through_ = 0;
};

}  // namespace flowyard::controller::results
