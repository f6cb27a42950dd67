#include "controller/results/table_query.hpp"

#include <algorithm>
#include <charconv>

#include "common/base/base64.hpp"
#include "common/base/number_text.hpp"
#include "common/base/suggest.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::results {
namespace {

constexpr const char* kRow = "row";

// Words between commas, but not those within quotes; quotes are taken off.
std::vector<std::string> words_between_commas(const std::string& text) {
  std::vector<std::string> words(1);
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == ',' && !is_quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  for (auto& word : words) {
    const auto first = word.find_first_not_of(' ');
    word = first == std::string::npos ? "" : word.substr(first, word.find_last_not_of(' ') - first + 1);
    if (word.size() > 1 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
  }
  return words;
}

// The columns that a name stands for: one, or all statistics of an outcome.
Result<std::vector<std::size_t>> columns_called(const std::string& name,
                                                const std::vector<ResultColumn>& columns) {
  const auto one = find_column(name, columns);
  if (one) return std::vector{*one};
  std::vector<std::size_t> statistics;
  const auto key = model::key_of(name);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].outcome.empty() && model::key_of(columns[i].outcome) == key) statistics.push_back(i);
  }
  if (statistics.empty()) return one.error();
  return statistics;
}

void read_columns(const TableRequest& request, const std::vector<ResultColumn>& columns, TableQuery& query,
                  Errors& errors) {
  if (request.columns.empty()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].is_shown) query.columns.push_back(i);
    }
    return;
  }
  for (const auto& name : words_between_commas(request.columns)) {
    const auto found = columns_called(name, columns);
    if (!found) {
      errors.push_back(Error(found.error()).within("reading columns"));
      continue;
    }
    for (const auto column : *found) {
      if (std::find(query.columns.begin(), query.columns.end(), column) == query.columns.end())
        query.columns.push_back(column);
    }
  }
}

void read_sort(const std::string& sort, const std::vector<ResultColumn>& columns, TableQuery& query,
               Errors& errors) {
  if (sort.empty()) return;
  auto column = find_column(sort, columns);
  if (!column && sort.front() == '-') {
    query.is_descending = true;
    column = find_column(sort.substr(1), columns);
  }
  if (!column) {
    errors.push_back(Error(column.error()).within("reading sort"));
  } else if (columns[*column].name != kRow) {
    query.sort_column = *column;
  }
}

// A cursor is a row's number and its key ("17", "17 n 0.5", "17 t north"), in base64: opaque to others.
Result<RowPlace> read_cursor(const std::string& cursor) {
  const auto wrong = invalid("this is not a cursor of this listing: take it as the page before gave it");
  const auto text = from_base64(cursor);
  if (!text) return wrong;
  RowPlace place;
  const char* end = text->data() + text->size();
  const auto row = std::from_chars(text->data(), end, place.row);
  if (row.ec != std::errc()) return wrong;
  const std::string rest(row.ptr, end);
  if (rest.empty()) return place;
  if (rest.starts_with(" t ")) {
    place.key = rest.substr(3);
    return place;
  }
  double number = 0;
  if (!rest.starts_with(" n ")) return wrong;
  const auto read = std::from_chars(row.ptr + 3, end, number);
  if (read.ec != std::errc() || read.ptr != end) return wrong;
  place.key = number;
  return place;
}

}  // namespace

RowPlace TableQuery::place_of(const ResultRow& row) const {
  return {.key = sort_column ? row.cells[*sort_column] : Cell(), .row = row.number};
}

bool TableQuery::precedes(const RowPlace& a, const RowPlace& b) const {
  if (a.key != b.key) {
    if (a.key.index() == 0 || b.key.index() == 0) return b.key.index() == 0;
    return is_descending ? b.key < a.key : a.key < b.key;
  }
  // Rows of the same key keep their order, but for the order of rows itself.
  return is_descending && !sort_column ? a.row > b.row : a.row < b.row;
}

Results<TableQuery> parse_table_query(const TableRequest& request, const std::vector<ResultColumn>& columns) {
  TableQuery query;
  Errors errors;
  query.limit = std::clamp<std::size_t>(request.limit, 1, TableRequest::kLargestPage);
  read_columns(request, columns, query, errors);
  read_sort(request.sort, columns, query, errors);
  if (!request.where.empty()) {
    auto filter = RowFilter::create(request.where, columns);
    if (filter) {
      query.where = std::move(*filter);
    } else {
      for (auto& error : filter.error()) errors.push_back(std::move(error));
    }
  }
  if (!request.cursor.empty()) {
    const auto place = read_cursor(request.cursor);
    if (place) {
      query.after = *place;
    } else {
      errors.push_back(place.error());
    }
  }
  if (!errors.empty()) return errors;
  return query;
}

std::string cursor_after(const RowPlace& last) {
  std::string text = std::to_string(last.row);
  if (const auto* number = std::get_if<double>(&last.key)) text += " n " + number_text(*number);
  if (const auto* word = std::get_if<std::string>(&last.key)) text += " t " + *word;
  return to_base64(text);
}

void add_cell(TableWriter& table, const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) {
    table.cell(*number);
  } else {
    const auto* text = std::get_if<std::string>(&cell);
    table.cell(text ? std::string_view(*text) : std::string_view());
  }
}

void PageRows::add(ResultRow row) {
  if (!query_.where.lets_through(row.cells)) return;
  ++let_through_;
  Placed placed(query_.place_of(row), std::move(row));
  if (query_.after && !query_.precedes(*query_.after, placed.first)) return;
  const auto order = [this](const Placed& a, const Placed& b) { return before(a, b); };
  if (is_full() && !order(placed, rows_.front())) return;
  rows_.push_back(std::move(placed));
  std::push_heap(rows_.begin(), rows_.end(), order);
  if (rows_.size() <= query_.limit + 1) return;
  std::pop_heap(rows_.begin(), rows_.end(), order);
  rows_.pop_back();
}

PageRows::Page PageRows::take() {
  std::sort(rows_.begin(), rows_.end(), [this](const Placed& a, const Placed& b) { return before(a, b); });
  Page page;
  if (is_full()) {
    rows_.pop_back();
    page.next = cursor_after(rows_.back().first);
  }
  for (auto& [place, row] : rows_) page.rows.push_back(std::move(row));
  rows_.clear();
  return page;
}

}  // namespace flowyard::controller::results
