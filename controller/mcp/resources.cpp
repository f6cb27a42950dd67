#include <algorithm>

#include "common/base/base64.hpp"
#include "common/base/text.hpp"
#include "controller/mcp/documents.hpp"
#include "controller/mcp/offer.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Call;
using protocol::Content;
using protocol::Resource;

namespace {

constexpr std::string_view kDocs = "flowyard://docs/", kSchema = "flowyard://docs/schema",
                           kExperiments = "flowyard://experiments/", kWorkers = "flowyard://workers/",
                           kFiles = "files/", kCharts = "charts/";

std::optional<Content> content_of(const Reply& reply, const char* mime_type) {
  if (!reply.ok()) return std::nullopt;
  if (reply.is_cut)
    throw protocol::RpcFailure(protocol::kInternalError,
                               "it is larger than 32 MiB: 'flowyard checkout' writes it to files");
  return Content{.mime_type = mime_type, .text = reply.text};
}

// As text where it is some.
std::optional<Content> source_of(const Reply& reply) {
  if (!reply.ok()) return std::nullopt;
  if (is_utf8(reply.text)) return Content{.mime_type = "text/plain", .text = reply.text};
  return Content{.mime_type = "application/octet-stream", .text = to_base64(reply.text), .is_binary = true};
}

Task<std::optional<Content>> read_of_experiment(RestClient client, std::string rest) {
  const auto slash = rest.find('/');
  if (slash == std::string::npos) co_return std::nullopt;
  const std::string base = "/api/v1/experiments/" + rest.substr(0, slash), what = rest.substr(slash + 1);
  if (what == "status.json") co_return content_of(co_await client.get(base), "application/json");
  if (what == "results.csv")
    co_return content_of(co_await client.get(base + "/results?format=csv"), "text/csv");
  if (what == "experiment.yaml") co_return source_of(co_await client.get(base + "/source"));
  if (what.starts_with(kCharts)) {
    const auto reply = co_await client.get(base + "/chart?of=" + what.substr(kCharts.size()));
    if (!reply.ok()) co_return std::nullopt;
    co_return Content{.mime_type = "image/png", .text = to_base64(reply.text), .is_binary = true};
  }
  if (what.starts_with(kFiles))
    co_return source_of(co_await client.get(base + "/source?path=" + what.substr(kFiles.size())));
  co_return std::nullopt;
}

}  // namespace

std::vector<Resource> resources() {
  const auto reference = [](const char* name, const char* title, const char* description) {
    return Resource{.uri = std::string(kDocs) + name,
                    .name = std::string(name) + ".md",
                    .title = title,
                    .description = description,
                    .mime_type = "text/markdown"};
  };
  return {reference("experiments", "How an experiment file is written",
                    "Every key of an experiment file, with examples; the functions of outcomes."),
          reference("models", "Which models are read", "Vensim, XMILE and YAML; functions; what differs."),
          reference("results", "What comes out", "Columns, statistics, files of a checkout."),
          reference("runners", "Programs in place of models", "How a program is run and what it answers."),
          {.uri = std::string(kSchema),
           .name = "experiment.schema.json",
           .title = "JSON Schema of experiment files",
           .description = "For whoever checks a file by program.",
           .mime_type = "application/schema+json"}};
}

std::vector<Resource> resource_templates() {
  return {{.uri = std::string(kExperiments) + "{experiment}/results.csv",
           .name = "results.csv",
           .title = "The table of results",
           .description = "All rows, as CSV.",
           .mime_type = "text/csv"},
          {.uri = std::string(kExperiments) + "{experiment}/status.json",
           .name = "status.json",
           .title = "State of an experiment",
           .description = "All that is known of it.",
           .mime_type = "application/json"},
          {.uri = std::string(kExperiments) + "{experiment}/experiment.yaml",
           .name = "experiment.yaml",
           .title = "An experiment file",
           .description = "As it was submitted.",
           .mime_type = "text/plain"},
          {.uri = std::string(kExperiments) + "{experiment}/files/{path}",
           .name = "file",
           .title = "A model or data file of an experiment",
           .description = "By its path in the experiment file, with %2F in place of /.",
           .mime_type = "text/plain"},
          {.uri = std::string(kExperiments) + "{experiment}/charts/{of}",
           .name = "chart",
           .title = "A chart of a series or an outcome",
           .description = "Lines with bands, or a histogram; results_chart draws others.",
           .mime_type = "image/png"},
          {.uri = std::string(kWorkers) + "{worker}/log",
           .name = "log",
           .title = "Log of a worker",
           .description = "All that is kept of it.",
           .mime_type = "text/plain"}};
}

Task<std::vector<Resource>> newest_experiments(Handler rest, Call call) {
  const RestClient client(std::move(rest), call);
  const auto reply = co_await client.get("/api/v1/experiments?limit=20");
  std::vector<Resource> all;
  if (!reply.ok()) co_return all;
  for (const auto& view : reply.json["items"]) {
    const std::string name = view.value("name", ""), state = view.value("state", "");
    const std::string base = std::string(kExperiments) + view["id"].dump() + "/";
    const auto add = [&](const char* what, const char* title, const char* mime_type) {
      all.push_back({.uri = base + what,
                     .name = name + "/" + what,
                     .title = title,
                     .description = "Of experiment " + view["id"].dump() + ", " + name + ", " + state + ".",
                     .mime_type = mime_type});
    };
    add("experiment.yaml", "An experiment file", "text/plain");
    add("results.csv", "The table of results", "text/csv");
    add("status.json", "State of an experiment", "application/json");
  }
  co_return all;
}

Task<std::optional<Content>> read_resource(Handler rest, Call call, std::string uri) {
  if (uri == kSchema) co_return Content{.mime_type = "application/schema+json", .text = experiment_schema()};
  if (uri.starts_with(kDocs)) {
    const auto all = references();
    const auto found = all.find(uri.substr(kDocs.size()));
    if (found == all.end()) co_return std::nullopt;
    co_return Content{.mime_type = "text/markdown", .text = found->second};
  }
  if (uri.find_first_of("?#") != std::string::npos) co_return std::nullopt;
  RestClient client(std::move(rest), call);
  if (uri.starts_with(kExperiments))
    co_return co_await read_of_experiment(std::move(client), uri.substr(kExperiments.size()));
  if (uri.starts_with(kWorkers) && uri.ends_with("/log")) {
    const auto reply = co_await client.get("/api/v1/workers/" + uri.substr(kWorkers.size()));
    co_return content_of(reply, "text/plain");
  }
  co_return std::nullopt;
}

Task<std::vector<std::string>> complete(Handler rest, Call call, std::string argument, std::string begin) {
  const RestClient client(std::move(rest), call);
  std::vector<std::string> names;
  if (argument != "experiment" && argument != "worker" && argument != "with") co_return names;
  const std::string target =
      argument == "worker" ? "/api/v1/workers?limit=200" : "/api/v1/experiments?limit=200";
  const auto reply = co_await client.get(target);
  if (!reply.ok()) co_return names;
  for (const auto& view : reply.json["items"]) {
    const std::string name = view.value("name", "");
    if (name.starts_with(begin) && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  co_return names;
}

}  // namespace flowyard::controller::mcp
