// Tools for the results of experiments.
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
  std::string query = "?limit=" + std::to_string(arguments.value("limit", 20));
  for (const char* key : {"where", "sort", "columns", "cursor"})
    if (arguments.contains(key))
      query += "&" + std::string(key) + "=" + http::percent_encode(arguments[key].get<std::string>());
  const Reply reply = co_await client.get(path_of("experiment", arguments, "/results") + query);
  if (!reply.ok())
    co_return failed(reply, "Without where, sort and columns results_query shows which columns there are.");
  std::string told = std::to_string(reply.json["rows"].size());
  if (reply.json.contains("total") && reply.json["total"].is_number())
    told += " of " + reply.json["total"].dump();
  told += " rows shown";
  if (reply.json.contains("next") && reply.json["next"].is_string())
    told += "; the next by cursor: " + reply.json["next"].get<std::string>();
  told += "\n" + table_text(reply.json);
  co_return done(reply.json, std::move(told));
}

// Everything in one page is few enough to be looked at as it is.
Task<ToolResult> summarize(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Reply status = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!status.ok()) co_return failed(status, kListExperiments);
  const Reply page = co_await client.get(path_of("experiment", arguments, "/results?limit=1000"));
  if (!page.ok()) co_return failed(page, "");
  Json outcomes = Json::array();
  const Json& rows = page.json["rows"];
  for (const auto& column : page.json["columns"]) {
    const std::string name = column.value("name", "");
    if (column.value("kind", "") != "number" || name == "runs" || name.ends_with(".left_out")) continue;
    Json least, most;
    double sum = 0;
    std::uint64_t count = 0;
    for (const auto& row : rows) {
      const Json cell = row.value(name, Json());
      if (!cell.is_number()) continue;
      const double value = cell.get<double>();
      if (count == 0 || value < least["value"].get<double>()) least = {{"value", value}, {"row", row}};
      if (count == 0 || value > most["value"].get<double>()) most = {{"value", value}, {"row", row}};
      sum += value;
      ++count;
    }
    if (count == 0) continue;
    Json one{{"column", name},
             {"rows", count},
             {"mean", sum / static_cast<double>(count)},
             {"least", least["value"]},
             {"most", most["value"]}};
    if (const auto unit = column.value("unit", ""); !unit.empty()) one["unit"] = unit;
    outcomes.push_back(std::move(one));
  }
  std::string told = status.json.value("name", "") + ": " + status.json.value("state", "") + ", " +
                     status.json["done"].dump() + " of " + status.json["scenarios"].dump() +
                     " scenarios done; over the rows of its table of results:";
  for (const auto& one : outcomes)
    told += "\n" + one.value("column", "") + ": mean " + short_number(one["mean"].get<double>()) + ", from " +
            short_number(one["least"].get<double>()) + " to " + short_number(one["most"].get<double>()) +
            " " + one.value("unit", "");
  const bool is_whole = !(page.json.contains("next") && page.json["next"].is_string());
  if (!is_whole) told += "\n(of the first 1000 rows)";
  if (rows.size() <= 12) told += "\n\n" + table_text(page.json);
  Json structured{{"experiment", status.json.value("name", "")},
                  {"state", status.json.value("state", "")},
                  {"rows", rows.size()},
                  {"whole", is_whole},
                  {"outcomes", std::move(outcomes)}};
  co_return done(std::move(structured), std::move(told));
}

Task<ToolResult> compare_results(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const std::string query = "?with=" + http::percent_encode(arguments["with"].get<std::string>());
  const Reply reply = co_await client.get(path_of("experiment", arguments, "/compare") + query);
  if (!reply.ok()) co_return failed(reply, kListExperiments);
  std::string told = reply.json["compared"].dump() + " scenarios compared; the largest differences:";
  for (const auto& one : reply.json.value("differences", Json::array()))
    told +=
        "\n" + one.value("name", "") + ": " +
        (one["absolute"].is_number() ? short_number(one["absolute"].get<double>()) : one["absolute"].dump()) +
        " at scenario " + one["scenario"].dump();
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
      "Read these resources for the whole table. With all series, logs and the experiment file: flowyard "
      "checkout " +
      id + " -o FOLDER, on the command line of who works there.";
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
                      "are folded into "
                      ".mean, .sd, .p05, .median and .p95. Example: {\"experiment\": \"growth\", \"where\": "
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
                         {"next", {{"type", {"string", "null"}}}},
                         {"total", {{"type", {"integer", "null"}}}}},
                        {"columns", "rows"}),
       .run = [rest](Call call, Json given, Tool::Progress) {
         return query_results(rest, std::move(call), std::move(given));
       }});
  tools.push_back(
      {.name = "results_summary",
       .title = "Summarize the results of an experiment",
       .description =
           "For each outcome the mean and the range over the table of results; small tables whole.",
       .input = arguments({{"experiment", which_experiment()}}, {"experiment"}),
       .output = answer({{"experiment", text("")},
                         {"state", text("")},
                         {"rows", number("")},
                         {"whole", flag("Not: only the first 1000 rows went in.")},
                         {"outcomes", list_of(answer({{"column", text("")},
                                                      {"mean", number("")},
                                                      {"least", number("")},
                                                      {"most", number("")},
                                                      {"unit", text("")}},
                                                     {"column", "mean", "least", "most"}),
                                              "")}},
                        {"experiment", "state", "outcomes"}),
       .run = [rest](Call call, Json given, Tool::Progress) {
         return summarize(rest, std::move(call), std::move(given));
       }});
  tools.push_back(
      {.name = "results_compare",
       .title = "Compare the results of two experiments",
       .description = "For each outcome and series the largest difference between two experiments, scenario "
                      "by scenario, and "
                      "where it is.",
       .input = arguments({{"experiment", which_experiment()}, {"with", text("The other experiment.")}},
                          {"experiment", "with"}),
       .output = answer({{"compared", number("Scenarios that are done in both.")},
                         {"differences", list_of({{"type", "object"}}, "")}},
                        {"compared", "differences"}),
       .run = [rest](Call call, Json given, Tool::Progress) {
         return compare_results(rest, std::move(call), std::move(given));
       }});
  tools.push_back(
      {.name = "results_export",
       .title = "Get results as files",
       .description = "Links to resources that hold the whole table of results (CSV) and the state.",
       .input = arguments({{"experiment", which_experiment()}}, {"experiment"}),
       .output =
           answer({{"resources",
                    list_of(answer({{"uri", text("")}, {"mimeType", text("")}}, {"uri", "mimeType"}), "")}},
                  {"resources"}),
       .run = [rest](Call call, Json given, Tool::Progress) {
         return export_results(rest, std::move(call), std::move(given));
       }});
  return tools;
}

}  // namespace flowyard::controller::mcp
