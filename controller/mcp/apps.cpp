#include "controller/mcp/apps.hpp"

#include <algorithm>
#include <array>

#include "controller/mcp/documents.hpp"

namespace flowyard::controller::mcp {

using protocol::Call;
using protocol::Content;
using protocol::Json;

namespace {

struct App {
  const char *uri, *name, *title, *description;
  std::string (*page)();
  std::array<std::string_view, 3> tools;  // whose answers it shows
};

constexpr std::array kApps = {
    App{.uri = "ui://flowyard/experiment",
        .name = "experiment",
        .title = "A live experiment",
        .description = "Its runs by state, a chart of an outcome, its workers and their logs.",
        .page = experiment_app,
        .tools = {"experiment_status", "experiment_submit", "experiment_wait"}},
    App{.uri = "ui://flowyard/results",
        .name = "results",
        .title = "The results of an experiment",
        .description = "A summary, a chart of an outcome, and the table of results.",
        .page = results_app,
        .tools = {"results_query", "results_summary"}}};

bool can_show_apps(const Call& call) {
  if (!call.has_extension(kAppsExtension)) return false;
  const Json& declared = call.client["extensions"][kAppsExtension];
  const Json types = declared.is_object() ? declared.value("mimeTypes", Json()) : Json();
  return types.is_array() && std::find(types.begin(), types.end(), kAppMimeType) != types.end();
}

// Without `csp` the client lets it load nothing.
async::Task<std::optional<Content>> page_of(const App& app) {
  co_return Content{
      .mime_type = kAppMimeType, .text = app.page(), .meta = {{"ui", {{"prefersBorder", true}}}}};
}

}  // namespace

void add_apps(protocol::Offer& offer) {
  offer.extensions[kAppsExtension] = {{"mimeTypes", {kAppMimeType}}};
  for (const auto& app : kApps) {
    offer.resources.push_back({.uri = app.uri,
                               .name = app.name,
                               .title = app.title,
                               .description = app.description,
                               .mime_type = kAppMimeType,
                               .audience = can_show_apps});
    for (auto& tool : offer.tools) {
      if (std::find(app.tools.begin(), app.tools.end(), tool.name) == app.tools.end()) continue;
      tool.meta = {{"ui", {{"resourceUri", app.uri}}}};
      tool.meta_for = can_show_apps;
    }
  }
  offer.read = [other = offer.read](Call call, std::string uri) {
    const auto app = std::find_if(kApps.begin(), kApps.end(), [&](const App& one) { return one.uri == uri; });
    if (app == kApps.end()) return other(std::move(call), std::move(uri));
    return page_of(*app);
  };
}

}  // namespace flowyard::controller::mcp
