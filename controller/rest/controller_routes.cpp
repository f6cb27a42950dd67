// The controller itself.
#include "controller/rest/json_schema.hpp"
#include "controller/rest/openapi.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

http::Response text_reply(std::string text, std::string type = "text/plain; charset=utf-8") {
  http::Response response;
  response.headers.set("Content-Type", std::move(type));
  response.body = std::move(text);
  return response;
}

async::Task<http::Response> show_controller(ApiContext& context, RequestContext) {
  const auto view = co_await context.service.status();
  co_return json_reply(rest::to_json(view));
}

async::Task<http::Response> list_system_containers(ApiContext& context, RequestContext) {
  SystemView view;
  view.containers = co_await context.service.system_containers();
  co_return json_reply(rest::to_json(view));
}

async::Task<http::Response> stop_controller(ApiContext& context, RequestContext) {
  context.service.request_stop();
  http::Response accepted;
  accepted.status = 202;
  co_return accepted;
}

async::Task<http::Response> health(ApiContext&, RequestContext) {
  co_return text_reply("ok\n");
}

// Ready means that the service behind the face answers, which includes its store.
async::Task<http::Response> readiness(ApiContext& context, RequestContext) {
  const auto view = co_await context.service.status();
  co_return text_reply("ready " + view.version + "\n");
}

async::Task<http::Response> openapi(ApiContext&, RequestContext) {
  co_return text_reply(std::string(openapi_document), "application/yaml");
}

constexpr Route kControllerRoutes[] = {
    {http::Method::Get, "/api/v1/controller", show_controller, json_schema<service::ControllerView>},
    {http::Method::Get, "/api/v1/controller/containers", list_system_containers, json_schema<SystemView>},
    {http::Method::Post, "/api/v1/controller/stop", stop_controller},
    {http::Method::Get, "/api/v1/openapi.yaml", openapi},
    {http::Method::Get, "/healthz", health},
    {http::Method::Get, "/readyz", readiness},
};

}  // namespace

std::span<const Route> controller_routes() {
  return kControllerRoutes;
}

}  // namespace flowyard::controller::rest
