// Tools that plan, start, follow, steer and delete experiments.
#include "controller/mcp/confirmation.hpp"
#include "controller/mcp/protocol/tasks.hpp"
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

constexpr const char* kReadReference =
    "Read the resource flowyard://docs/experiments for how an experiment file is written.";
constexpr int kLongestWait = 50;  // seconds: clients give up after 60
constexpr int kLongestTask = 24 * 3600;

Json submission_of(const Json& arguments) {
  Json files = Json::array();
  add_files(files, arguments);
  return {{"file_name", "experiment.yaml"},
          {"text", text_of(arguments["experiment"])},
          {"files", std::move(files)}};
}

std::string count_text(const Json& view) {
  std::string text = std::to_string(view.value("done", 0ULL)) + " of " +
                     std::to_string(view.value("scenarios", 0ULL)) + " scenarios done";
  if (view.value("failed", 0ULL) > 0) text += ", " + std::to_string(view.value("failed", 0ULL)) + " failed";
  if (view.value("not_finite", 0ULL) > 0)
    text += ", " + std::to_string(view.value("not_finite", 0ULL)) + " with results that are no numbers";
  return text;
}

std::string status_text(const Json& view) {
  std::string text = view.value("name", "") + " (experiment " + view["id"].dump() +
                     "): " + view.value("state", "") + ", " + count_text(view);
  if (const auto reason = view.value("reason", ""); !reason.empty()) text += ". " + reason;
  if (view.contains("eta_seconds") && view["eta_seconds"].is_number())
    text += ". About " + short_number(view["eta_seconds"].get<double>()) + " s left";
  return text;
}

bool has_ended(const Json& view) {
  return view.value("state", "") != "running";
}

Json experiment_answer() {
  return answer(
      {{"id", whole(0, 9e15, "Its number.")},
       {"name", text("")},
       {"state", text("running, succeeded, incomplete (some scenarios failed), failed, cancelled, paused")},
       {"reason", text("Why it failed or waits; empty: nothing to say.")},
       {"scenarios", number("How many there are.")},
       {"done", number("")},
       {"failed", number("")},
       {"not_finite", number("Results that hold NaN or infinity.")},
       {"workers_live", number("Containers that live now.")},
       {"wall_seconds", number("")}},
      {"id", "name", "state", "scenarios", "done", "failed"});
}

Json experiment_argument() {
  return either(
      {"string", "object"},
      "The experiment file: YAML text, or the same as a JSON object. name, model (a model inline, or the "
      "path of "
      "one in files), scenarios, parameters, outputs {series, outcomes}, workers {count}. "
      "Resource flowyard://docs/experiments has all of it.");
}

constexpr const char* kExperimentFiles =
    "Text of the files that the experiment names, by path: models (.mdl, .xmile, .yaml), data.";

constexpr const char* kNewest = "/api/v1/experiments?limit=200";

// "7, 2": the newest experiments of that name but for `id`.
std::string numbers_called(const Reply& newest, const std::string& name, const std::string& id) {
  std::string numbers;
  if (!newest.ok()) return numbers;
  for (const auto& view : newest.json.value("items", Json::array()))
    if (view["name"] == name && view["id"].dump() != id)
      numbers += (numbers.empty() ? "" : ", ") + view["id"].dump();
  return numbers;
}

Task<ToolResult> plan_experiment(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  Json body = submission_of(arguments);
  const Reply reply = co_await client.send(http::Method::Post, "/api/v1/plan", std::move(body));
  if (!reply.ok()) co_return failed(reply, kReadReference);
  Json plan = reply.json;
  std::string told = "Valid: " + plan.value("name", std::string("the experiment"));
  told += ", " + plan["scenarios"].dump() + " scenarios by " + plan["workers_at_once"].dump() +
          " workers at once, ";
  told += plan["seconds"].is_number()
              ? "about " + short_number(plan["seconds"].get<double>()) + " s of computing"
              : "for a time that only running it would tell";
  for (const auto& axis : plan.value("axes", Json::array())) told += "\naxis: " + axis.get<std::string>();
  for (const char* key : {"outcomes", "series"}) {
    std::string names;
    for (const auto& name : plan.value(key, Json::array()))
      names += (names.empty() ? "" : ", ") + name.get<std::string>();
    told += std::string("\n") + key + ": " + (names.empty() ? "none" : names);
  }
  for (const auto& warning : plan.value("warnings", Json::array()))
    told += "\nwarning: " + warning.get<std::string>();
  told += "\nNothing runs yet: experiment_submit starts it.";
  co_return done(std::move(plan), std::move(told));
}

Task<ToolResult> submit_experiment(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  Json body = submission_of(arguments);
  const std::string key = arguments["key"].get<std::string>();
  const Reply reply = co_await client.send(http::Method::Post, "/api/v1/experiments", std::move(body), key);
  if (!reply.ok()) co_return failed(reply, reply.status == 422 ? kReadReference : "");
  const std::string id = reply.json["id"].dump();
  const auto others = numbers_called(co_await client.get(kNewest), reply.json.value("name", ""), id);
  std::string told = "Submitted " + reply.json.value("name", "") + " as experiment " + id + ", " +
                     reply.json["scenarios"].dump() +
                     " scenarios. It runs whether or not you wait: "
                     "experiment_wait follows it, results_query has its results.";
  if (!others.empty())
    told += "\nThere are others of that name (" + others + "): call this one by its number, " + id + ".";
  co_return done(reply.json, std::move(told));
}

Task<ToolResult> list_experiments(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  std::string query = "?limit=" + std::to_string(arguments.value("limit", 20));
  if (arguments.contains("state")) query += "&state=" + arguments["state"].get<std::string>();
  if (arguments.contains("cursor"))
    query += "&cursor=" + http::percent_encode(arguments["cursor"].get<std::string>());
  const Reply reply = co_await client.get("/api/v1/experiments" + query);
  if (!reply.ok()) co_return failed(reply, "");
  const Json& items = reply.json["items"];
  std::string told = std::to_string(items.size()) + " experiments, newest first" +
                     (next_of(reply.json).empty() ? "" : "; more by cursor");
  for (const auto& view : items) told += "\n" + status_text(view);
  co_return done(reply.json, std::move(told));
}

Task<ToolResult> show_status(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Reply reply = co_await client.get(path_of("experiment", arguments));
  if (!reply.ok()) co_return failed(reply, kListExperiments);
  std::string told = status_text(reply.json);
  for (const auto& one : reply.json.value("containers", Json::array()))
    told += "\n" + one.value("worker", "") + ": " + one.value("scenario", "") + ", " +
            one["iterations"].dump() + " runs";
  co_return done(reply.json, std::move(told));
}

Task<ToolResult> follow(Handler rest, Call call, Json arguments, Milliseconds limit,
                        protocol::Progress progress) {
  const RestClient client(std::move(rest), call);
  const std::string path = path_of("experiment", arguments, "/progress");
  const std::string events =
      "/api/v1/events?experiment=" + http::percent_encode(arguments["experiment"].get<std::string>());
  Reply last = co_await client.get(path);
  const auto look = [&](std::string) -> Task<bool> {
    last = co_await client.get(path);
    if (!last.ok()) co_return false;
    const double over = last.json.value("done", 0.0) + last.json.value("failed", 0.0);
    co_await progress(over, last.json.value("scenarios", 0.0), count_text(last.json));
    co_return !has_ended(last.json);
  };
  const std::function<Task<bool>(std::string)> wanted = look;
  if (last.ok() && !has_ended(last.json)) co_await client.watch(events, limit, wanted);
  if (!last.ok()) co_return failed(last, kListExperiments);
  std::string told = status_text(last.json);
  told +=
      has_ended(last.json) ? "\nresults_query has its results." : "\nIt goes on: call experiment_wait again.";
  co_return done(last.json, std::move(told));
}

// For a client that knows of tasks the wait is one, and lasts until the end.
Task<ToolResult> wait_for(Handler rest, Call call, Json arguments) {
  const RestClient client(rest, call);
  const Reply there = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!there.ok()) co_return failed(there, kListExperiments);
  // Whatever has the name later, this one is waited for.
  arguments["experiment"] = there.json["id"].dump();
  const bool has_limit = arguments.contains("timeout_s");
  const auto seconds = arguments.value(
      "timeout_s", call.has_extension(protocol::kTasksExtension) && !has_limit ? kLongestTask : 30);
  ToolResult result;
  result.later = [rest, arguments, seconds](Call again, protocol::Progress progress) {
    return follow(rest, std::move(again), arguments, std::chrono::seconds(seconds), std::move(progress));
  };
  co_return result;
}

Task<ToolResult> control(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const std::string action = arguments["action"].get<std::string>();
  Json body;
  if (action == "extend") {
    if (!arguments.contains("samples"))
      co_return failed("extend wants 'samples': how many there shall be in all");
    body = {{"samples", arguments["samples"]}};
  }
  const Reply before = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!before.ok()) co_return failed(before, kListExperiments);
  if (action == "cancel" && has_ended(before.json) && before.json["state"] != "paused")
    co_return done(before.json, "It had ended before, and nothing was changed. " + status_text(before.json));
  const std::string target = path_of("experiment", arguments, "/" + action);
  const Reply reply = co_await client.send(http::Method::Post, target, std::move(body));
  if (!reply.ok()) co_return failed(reply, "experiment_status tells the state it is in.");
  const Reply now = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!now.ok()) co_return failed(now, kListExperiments);
  std::string told = action + " was taken. " + status_text(now.json);
  co_return done(now.json, std::move(told));
}

Task<ToolResult> delete_experiment(Handler rest, Call call, Json arguments) {
  const RestClient client(std::move(rest), call);
  const Reply there = co_await client.get(path_of("experiment", arguments, "/progress"));
  if (!there.ok()) co_return failed(there, kListExperiments);
  const std::string name = there.json.value("name", "");
  const std::string id = there.json["id"].dump();
  const auto others = numbers_called(co_await client.get(kNewest), name, id);
  if (!others.empty() && arguments["experiment"] != id)
    co_return failed("Nothing was deleted. Several experiments are called '" + name + "': " + id + ", " +
                     others + ". Say which by its number.");
  const std::string what = "It would delete experiment " + there.json["id"].dump() + " '" + name +
                           "' with all its results, for good";
  const Json nothing{{"names", Json::array()}, {"freed_bytes", 0}};
  auto refused = co_await not_confirmed(call, arguments.value("confirm", ""), name, what, nothing);
  if (refused) co_return std::move(*refused);
  const Reply reply = co_await client.send(http::Method::Delete, path_of("experiment", arguments));
  if (!reply.ok())
    co_return failed(reply, "A running one is cancelled first: experiment_control with action cancel.");
  co_return done(reply.json, "Deleted " + name + " and its results.");
}

}  // namespace

std::vector<Tool> experiment_tools(Handler rest) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "experiment_plan",
       .title = "Check an experiment and tell what it takes",
       .description =
           "Reads an experiment file and its models, reports every mistake with its line, and tells how many "
           "scenarios it has, how long they take and which names are known. Runs nothing. Call it before "
           "experiment_submit. Example: {\"experiment\": \"name: growth\\nmodel:\\n  name: m\\n  time: "
           "{start: 0, "
           "stop: 10, step: 1}\\n  stocks: {P: {initial: 100, inflows: [births]}}\\n  flows: {births: P * "
           "rate}\\n  constants: {rate: 0.1}\\nparameters: {rate: {linspace: [0.01, 0.1, 10]}}\\noutputs: "
           "{series: [P], outcomes: {final: last(P)}}\"}",
       .input =
           arguments({{"experiment", experiment_argument()}, {"files", files_argument(kExperimentFiles)}},
                     {"experiment"}),
       .output = answer({{"scenarios", number("How many runs it is.")},
                         {"seconds", either({"number", "null"}, "Of computing, all workers at it.")},
                         {"workers_at_once", number("")},
                         {"output_bytes", number("Of all results, as they are stored.")},
                         {"warnings", list_of(text(""), "What is probably not intended.")}}),
       .run = over(rest, plan_experiment)});
  tools.push_back(
      {.name = "experiment_submit",
       .title = "Start an experiment",
       .description =
           "Hands an experiment to the controller, which runs its scenarios in worker containers, and "
           "returns at "
           "once with its number. `key` is any text of yours: the same key again starts nothing new and "
           "returns "
           "the same experiment, so that a call can be repeated safely. Example: {\"key\": \"growth-1\", "
           "\"experiment\": \"...\", \"files\": {\"model.mdl\": \"...\"}}",
       .input = arguments({{"experiment", experiment_argument()},
                           {"files", files_argument(kExperimentFiles)},
                           {"key", text("Your own key of this submission, at most 200 characters.")}},
                          {"experiment", "key"}),
       .output = answer({{"id", number("Its number.")}, {"name", text("")}, {"scenarios", number("")}},
                        {"id", "name", "scenarios"}),
       .read_only = false,
       .run = over(rest, submit_experiment)});
  tools.push_back(
      {.name = "experiment_list",
       .title = "List experiments",
       .description = "The experiments that the controller knows, newest first, with their state.",
       .input =
           arguments({{"state", word({"running", "succeeded", "incomplete", "failed", "cancelled", "paused"},
                                     "Only those in this state.")},
                      {"limit", whole(1, 100, "At most so many. Default 20.")},
                      {"cursor", text("`next` of an earlier answer: those after it.")}}),
       .output =
           answer({{"items", list_of(experiment_answer(), "")}, {"next", either({"string", "null"}, "")}},
                  {"items"}),
       .run = over(rest, list_experiments)});
  tools.push_back({.name = "experiment_status",
                   .title = "Show one experiment",
                   .description = "State, counts and containers of one experiment. To wait for its end call "
                                  "experiment_wait, for numbers results_query.",
                   .input = arguments({{"experiment", which_experiment()}}, {"experiment"}),
                   .output = experiment_answer(),
                   .run = over(rest, show_status)});
  tools.push_back({.name = "experiment_wait",
                   .title = "Wait for an experiment",
                   .description =
                       "Waits until the experiment has ended, at most timeout_s seconds (50 at most; call "
                       "again for more), with "
                       "progress notifications, and "
                       "returns its state by then. Ending the wait does not end the experiment.",
                   .input = arguments({{"experiment", which_experiment()},
                                       {"timeout_s", whole(1, kLongestWait, "Seconds. Default 30.")}},
                                      {"experiment"}),
                   .output = experiment_answer(),
                   .run = over(rest, wait_for)});
  tools.push_back(
      {.name = "experiment_control",
       .title = "Pause, resume, retry, cancel or extend an experiment",
       .description = "pause: nothing new begins, and what is under way ends. resume: goes on with what is "
                      "paused, cancelled "
                      "or given up. retry: runs failed scenarios again. cancel: stops it, results so far are "
                      "kept. extend: "
                      "adds random samples up to `samples` in all.",
       .input = arguments({{"experiment", which_experiment()},
                           {"action", word({"pause", "resume", "retry", "cancel", "extend"}, "What to do.")},
                           {"samples", whole(1, 1e9, "Of extend: how many samples there shall be in all.")}},
                          {"experiment", "action"}),
       .output = experiment_answer(),
       .read_only = false,
       .idempotent = false,
       .run = over(rest, control)});
  tools.push_back(
      {.name = "experiment_delete",
       .title = "Delete an experiment and its results",
       .description =
           "Deletes one that has ended, with all its results and logs, for good. `confirm` repeats its name; "
           "without it the user is asked, where the client can do that.",
       .input = arguments({{"experiment", which_experiment()},
                           {"confirm", text("The experiment's whole name, to say that it is meant.")}},
                          {"experiment"}),
       .output = answer({{"names", list_of(text(""), "What was deleted.")},
                         {"freed_bytes", number("Given back to the disk.")}},
                        {"names"}),
       .read_only = false,
       .destructive = true,
       .idempotent = false,
       .run = over(rest, delete_experiment)});
  return tools;
}

}  // namespace flowyard::controller::mcp
