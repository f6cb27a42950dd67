#include "controller/rest/result_page.hpp"

#include <cmath>

#include "controller/rest/json.hpp"
#include "controller/results/csv.hpp"
#include "controller/results/table_query.hpp"

namespace flowyard::controller::rest {
namespace {

using results::Cell;
using results::ColumnKind;

Json columns_of(const service::ResultPage& page) {
  Json columns = Json::array();
  for (const auto& column : page.columns) {
    Json& one = columns.emplace_back(Json{{"name", column.name}});
    one["kind"] = column.kind == ColumnKind::Text ? "text" : "number";
    if (!column.outcome.empty()) one["outcome"] = column.outcome;
    if (!column.unit.empty()) one["unit"] = column.unit;
  }
  return columns;
}

Json json_of_cell(const Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) {
    constexpr double kWholeBelow = 9007199254740992;  // 2^53
    const bool is_whole = *value == std::trunc(*value) && std::abs(*value) < kWholeBelow;
    return is_whole ? Json(static_cast<std::int64_t>(*value)) : number(*value);
  }
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return nullptr;
}

Json row_of(const service::ResultPage& page, const std::vector<Cell>& cells) {
  Json row = Json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) row[page.columns[i].name] = json_of_cell(cells[i]);
  return row;
}

Cell cell_from(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return {};
}

service::ResultPage page_from(const Json& json) {
  service::ResultPage page;
  for (const auto& column : json.at("columns")) {
    auto& read = page.columns.emplace_back();
    const Members members(column);
    std::string kind;
    members.get("name", read.name);
    members.get("kind", kind);
    members.get("outcome", read.outcome);
    members.get("unit", read.unit);
    read.kind = kind == "text" ? ColumnKind::Text : ColumnKind::Number;
  }
  for (const auto& row : json.at("rows")) {
    auto& cells = page.rows.emplace_back();
    for (const auto& column : page.columns) cells.push_back(cell_from(row.at(column.name)));
  }
  const Members members(json);
  if (members.find("next")) members.get("next", page.next.emplace());
  if (members.find("total")) members.get("total", page.total.emplace());
  return page;
}

std::string json_heading(const service::ResultPage& page) {
  return dump(columns_of(page)) + "\n";
}

std::string json_rows(const service::ResultPage& page) {
  std::string lines;
  for (const auto& cells : page.rows) lines += dump(row_of(page, cells)) + "\n";
  return lines;
}

std::string csv_heading(const service::ResultPage& page) {
  results::CsvWriter csv;
  for (const auto& column : page.columns) csv.cell(column.name);
  csv.end_row();
  return csv.take();
}

std::string csv_rows(const service::ResultPage& page) {
  results::CsvWriter csv;
  for (const auto& cells : page.rows) {
    for (const auto& cell : cells) results::add_cell(csv, cell);
    csv.end_row();
  }
  return csv.take();
}

}  // namespace

std::string to_json(const service::ResultPage& page) {
  Json json{{"columns", columns_of(page)}};
  Json& rows = json["rows"] = Json::array();
  for (const auto& cells : page.rows) rows.push_back(row_of(page, cells));
  json["next"] = page.next ? Json(*page.next) : Json(nullptr);
  json["total"] = page.total ? Json(*page.total) : Json(nullptr);
  return dump(json);
}

Result<service::ResultPage> result_page_from_json(std::string_view text) {
  return read_as(text, "the results", page_from);
}

const ResultLines* result_lines(std::string_view word) {
  static constexpr ResultLines kLines[] = {{"jsonl", "application/jsonl", json_heading, json_rows},
                                           {"csv", "text/csv", csv_heading, csv_rows}};
  for (const auto& lines : kLines)
    if (lines.word == word) return &lines;
  return nullptr;
}

std::string result_page_schema() {
  const Json text{{"type", "string"}};
  const Json column{
      {"type", "object"},
      {"required", {"name", "kind"}},
      {"properties",
       {{"name", text}, {"kind", {{"enum", {"text", "number"}}}}, {"outcome", text}, {"unit", text}}}};
  // Any number may be null.
  const Json row{{"type", "object"}, {"additionalProperties", {{"type", {"number", "string"}}}}};
  const Json schema{{"type", "object"},
                    {"required", {"columns", "rows", "next", "total"}},
                    {"properties",
                     {{"columns", {{"type", "array"}, {"items", column}}},
                      {"rows", {{"type", "array"}, {"items", row}}},
                      {"next", {{"type", {"string", "null"}}}},
                      {"total", {{"type", {"integer", "null"}}}}}}};
  return dump(schema);
}

}  // namespace flowyard::controller::rest
