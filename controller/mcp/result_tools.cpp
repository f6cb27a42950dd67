// Tools for the results of experiments.
#include <algorithm>
#include <map>

#include "controller/mcp/schemas.hpp"
#include "controller/mcp/tool_text.hpp"
#include "controller/mcp/tools.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Call;
using protocol::Tool;
using protocol::ToolResult;

namespace {

std::string cell_text(const Json& cell) {
  if (cell.is_number()) return short_number(cell.get<double>());
  if (cell.is_string()) return cell.get<std::string>();
  return "";
}

// A row a line, cells separated by " | ".
std::string table_text(const Json& page) {
  std::string text;
  for (const auto& column : page["columns"]) {
    text += (text.empty() ? "" : " | ") + column.value("name", "");
    if (const auto unit = column.value("unit", ""); !unit.empty()) text += " (" + unit + ")";
  }
  for (const auto& row : page["rows"]) {
    std::string line;
    for (const auto& column : page["columns"])
      line += (line.empty() ? "" : " | ") + cell_text(row.value(column.value("name", ""), Json()));
    text += "\n" + line;
  }
  return text;
}

Task<ToolResult> query_results(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  std::string query;
  for (const char* key : {"where", "sort", "columns", "cursor"})
    if (arguments.contains(key))
      query += "&" + std::string(key) + "=" + http::percent_encode(arguments[key].get<std::string>());
  const std::string target = path_of("experiment", arguments, "/results?limit=");
  Reply reply = co_await client.get(target + std::to_string(arguments.value("limit", 20)) + query);
  if (!reply.ok())
    co_return failed(reply, "Without where, sort and columns results_query shows which columns there are.");
  // Rows of very many columns: fewer of them, with the cursor of the next.
  if (const auto count = fitting(reply.json["rows"]); count < reply.json["rows"].size()) {
    if (count == 0) co_return failed("One row is too much for an answer: choose columns.");
    reply = co_await client.get(target + std::to_string(count) + query);
    if (!reply.ok()) co_return failed(reply, "");
  }
  std::string told = std::to_string(reply.json["rows"].size());
  if (reply.json.contains("total") && reply.json["total"].is_number())
    told += " of " + reply.json["total"].dump();
  told += " rows shown";
  if (const auto next = next_of(reply.json); !next.empty()) told += "; the next by cursor: " + next;
  told += "\n" + table_text(reply.json);
  co_return done(reply.json, std::move(told));
}

// Of one column over the rows so far.
struct Range {
  std::uint64_t count = 0;
  double sum = 0, least = 0, most = 0;
  void take(double value) {
    least = count == 0 ? value : std::min(least, value);
    most = count == 0 ? value : std::max(most, value);
    sum += value;
    ++count;
  }
};

// What is computed stands behind the number of runs; before it, what tells rows apart.
std::vector<Json> computed_columns(const Json& page) {
  std::vector<Json> columns;
  bool is_computed = false;
  for (const auto& column : page["columns"]) {
    const std::string name = column.value("name", "");
    if (is_computed && column.value("kind", "") == "number" && !name.ends_with(".left_out"))
      columns.push_back(column);
    is_computed = is_computed || name == "status" || name == "runs";
  }
  std::erase_if(columns, [](const Json& column) { return column["name"] == "runs"; });
  return columns;
}

Task<ToolResult> summarize(Handler rest, Call call, Json arguments) {
  constexpr int kMostPages = 50;
  constexpr std::uint64_t kWholeTable = 12;  // rows that are shown, in place of their ranges
  const RestClient client(std::move(rest), call);
  const Reply status = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!status.ok()) co_return failed(status, kListExperiments);
  std::vector<Json> columns;
  std::map<std::string, Range> ranges;
  std::uint64_t rows = 0;
  std::string cursor, table;
  for (int pages = 0; pages < kMostPages && (pages == 0 || !cursor.empty()); ++pages) {
    const std::string query = cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor);
    const Reply page = co_await client.get(path_of("experiment", arguments, "/results?limit=1000" + query));
    if (!page.ok()) co_return failed(page, "");
    if (pages == 0) columns = computed_columns(page.json);
    for (const auto& row : page.json["rows"])
      for (const auto& column : columns)
        if (const Json cell = row.value(column["name"].get<std::string>(), Json()); cell.is_number())
          ranges[column["name"].get<std::string>()].take(cell.get<double>());
    rows += page.json["rows"].size();
    cursor = next_of(page.json);
    if (rows <= kWholeTable) table = "\n\n" + table_text(page.json);
  }
  const bool is_whole = cursor.empty();
  Json outcomes = Json::array();
  std::string told = status.json.value("name", "") + ": " + status.json.value("state", "") + ", " +
                     status.json["done"].dump() + " of " + status.json["scenarios"].dump() +
                     " scenarios done; over " + (is_whole ? "all " : "only the first ") +
                     std::to_string(rows) + " rows of its table of results:";
  for (const auto& column : columns) {
    const auto& range = ranges[column["name"].get<std::string>()];
    if (range.count == 0) continue;
    const double mean = range.sum / static_cast<double>(range.count);
    Json one{{"column", column["name"]},
             {"rows", range.count},
             {"mean", mean},
             {"least", range.least},
             {"most", range.most}};
    const std::string unit = column.value("unit", "");
    if (!unit.empty()) one["unit"] = unit;
    outcomes.push_back(std::move(one));
    if (rows > kWholeTable)
      told += "\n" + column["name"].get<std::string>() + ": mean " + short_number(mean) + ", from " +
              short_number(range.least) + " to " + short_number(range.most) +
              (unit.empty() ? "" : " " + unit);
  }
  Json structured{{"experiment", status.json.value("name", "")},
                  {"state", status.json.value("state", "")},
                  {"rows", rows},
                  {"whole", is_whole},
                  {"outcomes", std::move(outcomes)}};
  co_return done(std::move(structured), told + table);
}

Task<ToolResult> compare_results(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const std::string query = "?with=" + http::percent_encode(arguments["with"].get<std::string>());
  const Reply reply = co_await client.get(path_of("experiment", arguments, "/compare") + query);
  if (!reply.ok()) co_return failed(reply, kListExperiments);
  std::string told = reply.json["compared"].dump() + " scenarios compared";
  if (const auto unlike = reply.json.value("unlike", 0); unlike > 0)
    told += "; " + std::to_string(unlike) + " of the " + reply.json["checked"].dump() +
            " looked at have OTHER PARAMETERS in the two, so that these are not differences of the same runs "
            "(results_summary of each compares distributions)";
  told += "; the largest differences:";
  for (const auto& one : reply.json.value("differences", Json::array()))
    told +=
        "\n" + one.value("name", "") + ": " +
        (one["absolute"].is_number() ? short_number(one["absolute"].get<double>()) : one["absolute"].dump()) +
        " at scenario " + one["scenario"].dump() + " (" + cell_text(one.value("first", Json())) + " and " +
        cell_text(one.value("second", Json())) + ")";
  co_return done(reply.json, std::move(told));
}

Task<ToolResult> export_results(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Reply status = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!status.ok()) co_return failed(status, kListExperiments);
  const std::string id = status.json["id"].dump();
  const std::string base = "flowyard://experiments/" + id;
  Json structured{{"resources", Json::array()}};
  ToolResult result;
  const auto link = [&](const std::string& uri, const char* name, const char* mime_type) {
    result.links.push_back(
        {{"type", "resource_link"}, {"uri", uri}, {"name", name}, {"mimeType", mime_type}});
    structured["resources"].push_back({{"uri", uri}, {"mimeType", mime_type}});
  };
  link(base + "/results.csv", "results.csv", "text/csv");
  link(base + "/status.json", "status.json", "application/json");
  result.structured = std::move(structured);
  result.text =
      "Read these resources for the whole table, in which random samples are folded. Each sample by itself, "
      "with "
      "all series, logs and the experiment file: the argument folder, where this client has it.";
  co_return result;
}

Json column_answer() {
  return list_of(
      answer({{"name", text("")}, {"kind", word({"text", "number"}, "")}, {"unit", text("")}}, {"name"}),
      "Names, kinds and units of the columns.");
}

}  // namespace

std::vector<Tool> result_tools(Handler rest) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "results_query",
       .title = "Query the table of results",
       .description = "Rows of results: one for each scenario, region and point of a sweep; random samples "
                      "are folded: an outcome `final` is then final.mean, .sd, .p05, .median and .p95, and "
                      "so it is called in where and sort. Example: {\"experiment\": \"growth\", \"where\": "
                      "\"final > 500 and "
                      "rate < 0.05\", \"sort\": \"-final\", \"columns\": \"rate,final\", \"limit\": 10}",
       .input = arguments(
           {{"experiment", which_experiment()},
            {"where", text("A condition over column names: comparisons, and, or, not, arithmetic.")},
            {"columns", text("Names separated by commas. Default: all.")},
            {"sort", text("Names separated by commas, largest first with a minus before.")},
            {"limit", whole(1, 200, "At most so many rows. Default 20.")},
            {"cursor", text("`next` of an earlier answer with the same where and sort.")}},
           {"experiment"}),
       .output = answer({{"columns", column_answer()},
                         {"rows", list_of({{"type", "object"}}, "A cell for each column, by its name.")},
                         {"next", either({"string", "null"}, "")},
                         {"total", either({"integer", "null"}, "")}},
                        {"columns", "rows"}),
       .run = over(rest, query_results)});
  tools.push_back(
      {.name = "results_summary",
       .title = "Summarize the results of an experiment",
       .description =
           "For each outcome the mean and the range over the table of results; small tables whole.",
       .input = arguments({{"experiment", which_experiment()}}, {"experiment"}),
       .output = answer({{"experiment", text("")},
                         {"state", text("")},
                         {"rows", number("")},
                         {"whole", flag("Not: only the first 50,000 rows went in.")},
                         {"outcomes", list_of(answer({{"column", text("")},
                                                      {"mean", number("")},
                                                      {"least", number("")},
                                                      {"most", number("")},
                                                      {"unit", text("")}},
                                                     {"column", "mean", "least", "most"}),
                                              "")}},
                        {"experiment", "state", "outcomes"}),
       .run = over(rest, summarize)});
  tools.push_back(
      {.name = "results_compare",
       .title = "Compare the results of two experiments",
       .description = "For each outcome and series the largest difference between two experiments of the "
                      "same scenarios (the same number, parameters and draws; another engine, step or model, "
                      "say), and where it is. For other pairs look at results_summary of each.",
       .input = arguments({{"experiment", which_experiment()}, {"with", text("The other experiment.")}},
                          {"experiment", "with"}),
       .output = answer({{"compared", number("Scenarios that are done in both.")},
                         {"differences", list_of({{"type", "object"}}, "")}},
                        {"compared", "differences"}),
       .run = over(rest, compare_results)});
  tools.push_back(
      {.name = "results_export",
       .title = "Get results as files",
       .description = "Links to resources that hold the whole table of results (CSV) and the state.",
       .input = arguments({{"experiment", which_experiment()}}, {"experiment"}),
       .output =
           answer({{"resources",
                    list_of(answer({{"uri", text("")}, {"mimeType", text("")}}, {"uri", "mimeType"}), "")}},
                  {"resources"}),
       .run = over(rest, export_results)});
  return tools;
}

}  // namespace flowyard::controller::mcp
