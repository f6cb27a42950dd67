// Tools that look into a model: what is in it, and how it behaves.
#include <algorithm>

#include "common/base/text.hpp"
#include "controller/mcp/schemas.hpp"
#include "controller/mcp/submission.hpp"
#include "controller/mcp/tool_text.hpp"
#include "controller/mcp/tools.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Call;
using protocol::Tool;
using protocol::ToolResult;

namespace {

constexpr const char* kNext =
    "model_describe names the variables of a model; resource flowyard://docs/experiments says how models are "
    "written.";

// By what the three formats look like, where the caller does not name the file.
std::string file_name_of(const Json& arguments) {
  if (const auto name = arguments.value("file_name", ""); !name.empty()) return name;
  if (!arguments["model"].is_string()) return "model.yaml";
  const std::string text = arguments["model"].get<std::string>();
  const auto begin = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (begin != text.npos && text[begin] == '<') return "model.xmile";
  const bool is_vensim = text.starts_with("{UTF-8}") || text.find("\n\t~\t") != text.npos ||
                         text.find("\\\\\\---///") != text.npos || text.find("~~|") != text.npos;
  return is_vensim ? "model.mdl" : "model.yaml";
}

// An experiment of one scenario around the model.
Json submission_around(const Json& arguments) {
  const std::string file = file_name_of(arguments);
  Json experiment{{"name", "model"}, {"model", file}};
  for (const char* key : {"parameters", "initial", "time"})
    if (arguments.contains(key)) experiment[key] = arguments[key];
  Json files = Json::array({Json{{"path", file}, {"content", text_of(arguments["model"])}}});
  add_files(files, arguments);
  return {{"file_name", "arguments"}, {"text", experiment.dump(2)}, {"files", std::move(files)}};
}

std::string place_text(const Json& range) {
  const std::string element = range.value("element", "");
  return element.empty() ? "" : "[" + element + "] ";
}

std::string number_text(const Json& number) {
  return number.is_number() ? short_number(number.get<double>()) : "not a number";
}

std::string range_text(const Json& range) {
  const bool is_flat = range["least"].is_number() && range["least"] == range["most"];
  if (is_flat) return number_text(range["first"]);
  return number_text(range["first"]) + " -> " + number_text(range["last"]) + " (from " +
         number_text(range["least"]) + " to " + number_text(range["most"]) + ")";
}

std::string variable_text(const Json& variable) {
  std::string text = variable.value("name", "") + ": " + variable.value("kind", "");
  if (const auto units = variable.value("units", ""); !units.empty()) text += ", " + units;
  constexpr std::size_t kShown = 3;
  const auto& ranges = variable["ranges"];
  for (std::size_t i = 0; i < std::min(ranges.size(), kShown); ++i)
    text += (i == 0 ? "; " : ", ") + place_text(ranges[i]) + range_text(ranges[i]);
  if (ranges.size() > kShown) text += ", ... of " + variable["elements"].dump() + " elements";
  std::string inputs;
  for (const auto& name : variable["inputs"])
    inputs += (inputs.empty() ? "" : ", ") + name.get<std::string>();
  if (!inputs.empty()) text += "; from " + inputs;
  if (const auto about = variable.value("documentation", ""); !about.empty())
    text += "; \"" + about.substr(0, 200) + "\"";
  return text;
}

std::string time_text(const Json& view) {
  std::string text = number_text(view["start"]) + " to " + number_text(view["stop"]);
  if (const auto units = view.value("time_units", ""); !units.empty()) text += " " + units;
  return text + ", " + view["saves"].dump() + " times saved";
}

std::string warnings_text(const Json& view) {
  std::string text;
  for (const auto& warning : view["warnings"]) text += "\nwarning: " + warning.get<std::string>();
  return text;
}

Task<ToolResult> describe_model(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  Json body = submission_around(arguments);
  const Reply reply = co_await client.send(http::Method::Post, "/api/v1/preview", std::move(body));
  if (!reply.ok()) co_return failed(reply, kNext);
  Json view = reply.json;
  const std::string named = arguments.value("named", ""), kind = arguments.value("kind", "");
  const auto limit = static_cast<std::size_t>(arguments.value("limit", 100));
  Json variables = Json::array();
  std::size_t matching = 0;
  for (auto& variable : view["variables"]) {
    const bool is_wanted = (kind.empty() || variable["kind"] == kind) &&
                           lower(variable.value("name", "")).find(lower(named)) != std::string::npos;
    if (is_wanted && ++matching <= limit) variables.push_back(std::move(variable));
  }
  const auto all = view["variables"].size();
  if (const auto count = fitting(variables); count < variables.size())
    variables.erase(variables.begin() + static_cast<std::ptrdiff_t>(count), variables.end());
  std::string told = view.value("model", "") + ", time " + time_text(view) + "; " +
                     std::to_string(variables.size()) + " of " + std::to_string(all) +
                     " variables shown, each with its value over one run as it is:";
  for (const auto& variable : variables) told += "\n" + variable_text(variable);
  told += warnings_text(view);
  view["variables"] = std::move(variables);
  view["matching"] = matching;
  view["total"] = all;
  view.erase("times");
  view.erase("series");
  co_return done(std::move(view), std::move(told));
}

// A line for each time, a column for each series.
std::string series_text(const Json& view) {
  std::string text = "time";
  for (const auto& series : view["series"])
    text += " | " + series.value("name", "") + std::string(trimmed(place_text(series)));
  for (std::size_t i = 0; i < view["times"].size(); ++i) {
    text += "\n" + number_text(view["times"][i]);
    for (const auto& series : view["series"]) text += " | " + number_text(series["values"][i]);
  }
  return text;
}

// What a caller who named no series most likely wants to see.
std::vector<std::string> stocks_of(const Json& view) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> names;
  for (const auto& variable : view["variables"])
    if (variable["kind"] == "stock" && names.size() < kShown) names.push_back(variable["name"]);
  return names;
}

Task<ToolResult> run_model(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Json body = submission_around(arguments);
  std::string query = "?times=" + std::to_string(arguments.value("times", 20));
  std::vector<std::string> names = arguments.value("series", std::vector<std::string>());
  if (names.empty()) {
    const Reply looked = co_await client.send(http::Method::Post, "/api/v1/preview", body);
    if (!looked.ok()) co_return failed(looked, kNext);
    names = stocks_of(looked.json);
  }
  for (const auto& name : names) query += "&series=" + http::percent_encode(name);
  const Reply reply = co_await client.send(http::Method::Post, "/api/v1/preview" + query, body);
  if (!reply.ok()) co_return failed(reply, kNext);
  Json view = reply.json;
  view.erase("variables");
  std::string told = view.value("model", "") + ", time " + time_text(view) + "; " +
                     std::to_string(view["times"].size()) + " of the saved times shown";
  told += warnings_text(view) + "\n" + series_text(view);
  co_return done(std::move(view), std::move(told));
}

Json model_argument() {
  return either(
      {"string", "object"},
      "The model's text: Vensim (.mdl), XMILE, or Flowyard's YAML; the last also as a JSON object.");
}

Json file_name_argument() {
  return text(
      "Its file's name, whose ending says the format (model.mdl, model.xmile, model.yaml). Default: "
      "by what the text looks like.");
}

constexpr const char* kDataFiles = "Text of the data files that the model names, by path.";

Json settings(const char* description) {
  return {{"type", "object"}, {"description", description}};
}

}  // namespace

std::vector<Tool> model_tools(Handler rest) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "model_describe",
       .title = "What is in a model",
       .description =
           "Reads a model and lists its variables: kind, units, what each is computed from, and its values "
           "over one run as the model stands. Constants can be set: as parameters of model_run and of an "
           "experiment. Call it first for a model that you have not seen; also to import one, since whatever "
           "is wrong with it is told with its line.",
       .input = arguments(
           {{"model", model_argument()},
            {"file_name", file_name_argument()},
            {"files", files_argument(kDataFiles)},
            {"named", text("Only variables whose name contains this.")},
            {"kind", word({"stock", "flow", "auxiliary", "constant", "lookup", "data", "conveyor", "queue"},
                          "Only variables of this kind.")},
            {"limit", whole(1, 1000, "At most so many variables. Default 100.")}},
           {"model"}),
       .output = answer({{"model", text("Its name.")},
                         {"start", number("")},
                         {"stop", number("")},
                         {"variables", list_of(answer({{"name", text("")},
                                                       {"kind", text("")},
                                                       {"units", text("")},
                                                       {"inputs", list_of(text(""), "")}},
                                                      {"name", "kind"}),
                                               "")},
                         {"matching", number("How many there are that were asked for.")},
                         {"total", number("How many there are.")}},
                        {"model", "variables", "total"}),
       .run = over(rest, describe_model)});
  tools.push_back(
      {.name = "model_run",
       .title = "Run a model once",
       .description =
           "One quick run of a model, at once and in the controller: some of its variables over time, with "
           "parameters or initial values that you set. Nothing is stored. For many runs submit an "
           "experiment. "
           "Example: {\"model\": \"...\", \"parameters\": {\"growth rate\": 0.05}, \"series\": "
           "[\"Population\"], \"times\": 11}",
       .input = arguments({{"model", model_argument()},
                           {"file_name", file_name_argument()},
                           {"files", files_argument(kDataFiles)},
                           {"parameters", settings("Numbers by the names of constants; in place of what the "
                                                   "model says.")},
                           {"initial", settings("Numbers by the names of stocks.")},
                           {"time", settings("start, stop, step, save_every, method (euler, rk4, ...): in "
                                             "place of what the model says.")},
                           {"series", list_of(text(""), "Variables to show. Default: the first stocks.")},
                           {"times", whole(2, 1000, "At most so many times, evenly chosen. Default 20.")}},
                          {"model"}),
       .output = answer({{"times", list_of(number(""), "")},
                         {"series", list_of(answer({{"name", text("")},
                                                    {"element", text("Of an array; empty: none.")},
                                                    {"values", list_of(either({"number", "null"}, ""),
                                                                       "By time; null: not a number.")}},
                                                   {"name", "values"}),
                                            "")}},
                        {"times", "series"}),
       .run = over(rest, run_model)});
  return tools;
}

}  // namespace flowyard::controller::mcp
