// Tools for workers, which are containers, and for the controller itself.
#include <algorithm>

#include "controller/mcp/confirmation.hpp"
#include "controller/mcp/schemas.hpp"
#include "controller/mcp/tool_text.hpp"
#include "controller/mcp/tools.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Call;
using protocol::Tool;
using protocol::ToolResult;

namespace {

constexpr const char* kListWorkers =
    "worker_list names the workers there are, with all: true also those that are gone.";

Task<ToolResult> list_workers(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  std::string query = "?limit=" + std::to_string(arguments.value("limit", 50));
  if (arguments.value("all", false)) query += "&all=true";
  for (const char* key : {"experiment", "status", "cursor"})
    if (arguments.contains(key))
      query += "&" + std::string(key) + "=" + http::percent_encode(arguments[key].get<std::string>());
  const Reply reply = co_await client.get("/api/v1/workers" + query);
  if (!reply.ok()) co_return failed(reply, kListExperiments);
  Json workers = Json::array();
  for (const auto& view : reply.json["items"]) {
    Json one = Json::object();
    for (const char* key : {"name", "experiment", "scenario", "status", "attempt", "runs", "cause", "reason",
                            "age_seconds", "memory_bytes"})
      if (view.contains(key)) one[key] = view[key];
    workers.push_back(std::move(one));
  }
  std::string told = std::to_string(workers.size()) + " workers";
  if (workers.empty() && !arguments.value("all", false)) told += " live; all: true shows those that are gone";
  for (const auto& one : workers) {
    told +=
        "\n" + one.value("name", "") + ": " + one.value("status", "") + ", " + one.value("experiment", "");
    if (const auto scenario = one.value("scenario", ""); !scenario.empty()) told += " / " + scenario;
    told += ", " + one["runs"].dump() + " runs";
    if (const auto reason = one.value("reason", ""); !reason.empty()) told += ", " + reason;
  }
  Json structured{{"workers", std::move(workers)}};
  if (const auto next = next_of(reply.json); !next.empty()) structured["next"] = next;
  co_return done(std::move(structured), std::move(told));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

Task<ToolResult> worker_log(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const std::string grep = arguments.value("grep", "");
  const auto tail = static_cast<std::size_t>(arguments.value("tail", 100));
  // What is looked for may stand anywhere.
  const std::string query = grep.empty() ? "?tail=" + std::to_string(tail) : "";
  const Reply reply = co_await client.get(path_of("worker", arguments, "/log") + query);
  if (!reply.ok()) co_return failed(reply, kListWorkers);
  auto lines = lines_of(reply.text);
  const auto all = lines.size();
  std::erase_if(lines, [&](const std::string& line) { return line.find(grep) == std::string::npos; });
  const auto found = lines.size();
  if (lines.size() > tail) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(tail));
  // The last ones are what matters.
  Json newest_first(std::vector<std::string>(lines.rbegin(), lines.rend()));
  const auto kept = fitting(newest_first);
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kept));
  std::string told =
      grep.empty() ? "" : std::to_string(found) + " of " + std::to_string(all) + " lines match\n";
  std::string log;
  for (const auto& line : lines) log += line + "\n";
  Json structured{{"lines", lines}, {"matching", found}};
  co_return done(std::move(structured), told + "The log, as data:\n" + bounded_end(std::move(log)));
}

Task<ToolResult> control_worker(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const std::string action = arguments["action"].get<std::string>();
  const Reply there = co_await client.get(path_of("worker", arguments));
  if (!there.ok()) co_return failed(there, kListWorkers);
  const std::string name = there.json.value("name", "");
  if (action == "delete") {
    const std::string what = "It would end and remove the container " + name + "; its work goes to others";
    const Json nothing{{"worker", name}, {"action", "none"}};
    auto refused = co_await not_confirmed(call, arguments.value("confirm", ""), name, what, nothing);
    if (refused) co_return std::move(*refused);
  }
  const auto method = action == "delete" ? http::Method::Delete : http::Method::Post;
  const std::string target = action == "delete" ? path_of("worker", arguments) + "?force=true"
                                                : path_of("worker", arguments, "/restart");
  const Reply reply = co_await client.send(method, target);
  if (!reply.ok()) co_return failed(reply, kListWorkers);
  Json structured{{"worker", name}, {"action", action}};
  co_return done(std::move(structured), action == "delete"
                                            ? name + " is being removed; what it was at goes to others."
                                            : name + " is ended and another takes its work.");
}

Task<ToolResult> system_status(Handler rest, Call call, Json) {
  const RestClient client(std::move(rest), call);
  const Reply reply = co_await client.get("/api/v1/controller");
  if (!reply.ok()) co_return failed(reply, "");
  const Json& view = reply.json;
  std::string told = "Flowyard " + view.value("version", "") + ", workers in " + view.value("fleet", "") +
                     " (" + view.value("fleet_detail", "") + "), " + view["experiments_running"].dump() +
                     " experiments running, " + view["workers_live"].dump() +
                     " workers live, store: " + view.value("store", "");
  co_return done(reply.json, std::move(told));
}

Task<ToolResult> explain(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Reply reply =
      co_await client.get("/api/v1/why/" + http::percent_encode(arguments["of"].get<std::string>()));
  if (!reply.ok()) co_return failed(reply, "experiment_list and worker_list name what there is.");
  std::string told = reply.json.value("subject", "") + ": " + reply.json.value("cause", "") + "\n" +
                     reply.json.value("explanation", "");
  for (const auto& line : reply.json.value("log_tail", Json::array()))
    told += "\nlog: " + line.get<std::string>();
  co_return done(reply.json, std::move(told));
}

}  // namespace

std::vector<Tool> worker_tools(Handler rest) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "worker_list",
       .title = "List workers",
       .description =
           "Worker containers and what each is doing: the scenario, its status, runs done, why it ended.",
       .input =
           arguments({{"experiment", which_experiment()},
                      {"all", flag("Also those whose container is gone. Default false.")},
                      {"status", text("Only those with this status: running, idle, finished, failed, ...")},
                      {"limit", whole(1, 200, "At most so many. Default 50.")},
                      {"cursor", text("`next` of an earlier answer.")}}),
       .output = answer(
           {{"workers", list_of(answer({{"name", text("")}, {"status", text("")}}, {"name", "status"}), "")},
            {"next", text("Cursor of those that follow; absent: none.")}},
           {"workers"}),
       .run = over(rest, list_workers)});
  tools.push_back(
      {.name = "worker_log",
       .title = "Read a worker's log",
       .description =
           "The last lines that a worker, or the program in it, wrote; also after its container is gone.",
       .input = arguments({{"worker", which_worker()},
                           {"tail", whole(1, 500, "At most so many lines, the last. Default 100.")},
                           {"grep", text("Only lines that contain this text.")}},
                          {"worker"}),
       .output = answer({{"lines", list_of(text(""), "As they were written.")}, {"matching", number("")}},
                        {"lines"}),
       .run = over(rest, worker_log)});
  tools.push_back({.name = "worker_control",
                   .title = "Restart or delete a worker",
                   .description = "restart: ends the container; another takes over its work, other workers "
                                  "go on. delete: removes the "
                                  "container; `confirm` repeats the worker's name.",
                   .input = arguments({{"worker", which_worker()},
                                       {"action", word({"restart", "delete"}, "What to do.")},
                                       {"confirm", text("Of delete: the worker's whole name.")}},
                                      {"worker", "action"}),
                   .output = answer({{"worker", text("")}, {"action", text("")}}, {"worker", "action"}),
                   .read_only = false,
                   .destructive = true,
                   .idempotent = false,
                   .run = over(rest, control_worker)});
  tools.push_back(
      {.name = "explain",
       .title = "Why did it fail",
       .description =
           "Why an experiment failed, or why a worker ended: the cause, what it was doing, its last log "
           "lines and what to "
           "change. Call it whenever something failed.",
       .input = arguments({{"of", which_subject()}}, {"of"}),
       .output = answer({{"subject", text("")},
                         {"cause", text("One word, or ok.")},
                         {"explanation", text("")},
                         {"log_tail", list_of(text(""), "")},
                         {"again", list_of(text(""), "Commands that run it again.")}},
                        {"subject", "cause", "explanation"}),
       .run = over(rest, explain)});
  tools.push_back(
      {.name = "system_status",
       .title = "Is the controller well",
       .description = "Version of the controller, where its workers live, how much is going on.",
       .input = arguments({}),
       .output = answer({{"version", text("")}, {"fleet", text("docker or process")}}, {"version", "fleet"}),
       .run = over(rest, system_status)});
  return tools;
}

}  // namespace flowyard::controller::mcp
