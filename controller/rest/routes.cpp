#include "controller/rest/routes.hpp"

#include "controller/rest/actions.hpp"

namespace flowyard::controller::rest {
namespace {

using http::Method;

constexpr Route kTable[] = {
    {Method::Post, "/api/v1/plan", plan_experiment, "", Body::Json},
    {Method::Post, "/api/v1/experiments", submit_experiment, "", Body::Json},
    {Method::Get, "/api/v1/experiments", list_experiments, "limit cursor state"},
    {Method::Get, "/api/v1/experiments/{which}", show_experiment},
    {Method::Delete, "/api/v1/experiments/{which}", delete_experiment},
    {Method::Get, "/api/v1/experiments/{which}/progress", show_progress},
    {Method::Post, "/api/v1/experiments/{which}/cancel", cancel_experiment},
    {Method::Get, "/api/v1/workers", list_workers, "limit cursor experiment status all"},
    {Method::Get, "/api/v1/workers/{name}", show_worker},
    {Method::Delete, "/api/v1/workers/{name}", delete_worker, "force"},
    {Method::Post, "/api/v1/workers/{name}/restart", restart_worker},
    {Method::Get, "/api/v1/workers/{name}/log", worker_log, "tail since follow"},
    {Method::Get, "/api/v1/why/{which}", why},
    {Method::Get, "/api/v1/checkout/{which}", checkout},
    {Method::Post, "/api/v1/prune", prune, "", Body::Json},
    {Method::Get, "/api/v1/events", events, "experiment after"},
    {Method::Get, "/api/v1/controller", show_controller},
    {Method::Post, "/api/v1/controller/stop", stop_controller},
    {Method::Get, "/api/v1/openapi.yaml", openapi},
    {Method::Get, "/healthz", health},
    {Method::Get, "/readyz", readiness},
    {Method::Get, "/metrics", metrics},
};

}  // namespace

std::span<const Route> routes() {
  return kTable;
}

}  // namespace flowyard::controller::rest
