#include "controller/rest/routes.hpp"

#include "controller/rest/actions.hpp"

namespace flowyard::controller::rest {
namespace {

constexpr Route kTable[] = {
    {"POST", "/api/v1/plan", plan_experiment, "", Body::Json},
    {"POST", "/api/v1/experiments", submit_experiment, "", Body::Json},
    {"GET", "/api/v1/experiments", list_experiments, "limit cursor state"},
    {"GET", "/api/v1/experiments/{which}", show_experiment},
    {"DELETE", "/api/v1/experiments/{which}", delete_experiment},
    {"GET", "/api/v1/experiments/{which}/progress", show_progress},
    {"POST", "/api/v1/experiments/{which}/cancel", cancel_experiment},
    {"GET", "/api/v1/workers", list_workers, "limit cursor experiment status all"},
    {"GET", "/api/v1/workers/{name}", show_worker},
    {"DELETE", "/api/v1/workers/{name}", delete_worker, "force"},
    {"POST", "/api/v1/workers/{name}/restart", restart_worker},
    {"GET", "/api/v1/workers/{name}/log", worker_log, "tail since follow"},
    {"GET", "/api/v1/why/{which}", why},
    {"GET", "/api/v1/checkout/{which}", checkout},
    {"POST", "/api/v1/prune", prune, "", Body::Json},
    {"GET", "/api/v1/events", events, "experiment after"},
    {"GET", "/api/v1/controller", show_controller},
    {"POST", "/api/v1/controller/stop", stop_controller},
    {"GET", "/api/v1/openapi.yaml", openapi},
    {"GET", "/healthz", health},
    {"GET", "/readyz", readiness},
    {"GET", "/metrics", metrics},
};

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The values of the pattern's {...} if the path fits it.
std::optional<std::vector<std::string>> fit(std::string_view pattern,
                                            const std::vector<std::string_view>& path) {
  const auto wanted = parts_of(pattern);
  if (wanted.size() != path.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (path[i].empty()) return std::nullopt;
      values.push_back(http::parse_target("/" + std::string(path[i])).path.substr(1));
    } else if (wanted[i] != path[i]) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace

std::span<const Route> routes() {
  return kTable;
}

std::variant<Match, NoSuchPath, OtherMethods> find_route(std::string_view method, std::string_view target) {
  const auto path = parts_of(target.substr(0, target.find_first_of("?#")));
  OtherMethods others;
  for (const auto& route : kTable) {
    auto values = fit(route.pattern, path);
    if (!values) continue;
    if (route.method == method) return Match{&route, std::move(*values)};
    others.allow += (others.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  if (others.allow.empty()) return NoSuchPath{};
  return others;
}

}  // namespace flowyard::controller::rest
