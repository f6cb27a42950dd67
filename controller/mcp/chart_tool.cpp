// results_chart: a picture of results, for agents that can look at one.
#include "controller/mcp/schemas.hpp"
#include "controller/mcp/tool_text.hpp"
#include "controller/mcp/tools.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Call;
using protocol::Tool;
using protocol::ToolResult;

namespace {

Task<ToolResult> draw_chart(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  std::string query = "?format=json";
  for (const char* key : {"of", "kind", "by", "x", "y", "where"})
    if (arguments.contains(key))
      query += "&" + std::string(key) + "=" + http::percent_encode(arguments[key].get<std::string>());
  Reply reply = co_await client.get(path_of("experiment", arguments, "/chart") + query);
  if (!reply.ok())
    co_return failed(
        reply, "experiment_status and results_query show which series, outcomes and parameters there are.");
  Json image{{"type", "image"}, {"data", reply.json["image"]}, {"mimeType", "image/png"}};
  reply.json.erase("image");
  auto result = done(reply.json, reply.json.value("told", ""));
  result.links.push_back(std::move(image));
  co_return result;
}

}  // namespace

std::vector<Tool> chart_tools(Handler rest) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "results_chart",
       .title = "Draw a chart of results",
       .description = "A PNG to look at, and a sentence that says what is seen. lines: a series over time, "
                      "many runs as median "
                      "and bands; histogram: an outcome over the runs; heatmap: mean of an outcome over two "
                      "parameters. Example: "
                      "{\"experiment\": \"growth\", \"of\": \"final\", \"kind\": \"heatmap\", \"x\": "
                      "\"rate\", \"y\": \"capacity\"}",
       .input = arguments(
           {{"experiment", which_experiment()},
            {"of", text("A series or an outcome of the experiment; series[element] for one element.")},
            {"kind", word({"lines", "histogram", "heatmap"}, "Default: lines of a series, else histogram.")},
            {"by",
             text("Lines, histogram: scenario, region or a parameter (at most 7 values) to tell apart.")},
            {"x", text("Heatmap: the parameter across.")},
            {"y", text("Heatmap: the parameter upwards.")},
            {"where", text("Only these rows, as in results_query.")}},
           {"experiment", "of"}),
       .output = answer({{"kind", text("")},
                         {"of", text("")},
                         {"unit", text("")},
                         {"runs", number("Scenarios that went in.")},
                         {"is_sampled", flag("Only some of these, evenly apart, are drawn.")},
                         {"told", text("What is seen.")}},
                        {"kind", "of", "runs", "is_sampled", "told"}),
       .run = over(rest, draw_chart)});
  return tools;
}

}  // namespace flowyard::controller::mcp
