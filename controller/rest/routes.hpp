// The table of routes: what the REST face answers. Each *_routes.cpp ends in the rows of its actions. A test
// holds the table against docs/openapi.yaml.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/http/message.hpp"
#include "common/http/router.hpp"
#include "controller/rest/handler.hpp"

namespace flowyard::controller::rest {

// One request on its way through a route. A value: it lives in the action's coroutine.
struct RequestContext {
  http::Request request;
  http::Target target;
  http::Parameters parameters;
};

// What every action works with; owned by the handler.
struct ApiContext {
  service::Service& service;
  ApiOptions options;
};

using Action = async::Task<http::Response> (*)(ApiContext&, RequestContext);

enum class Body { None, Json };

struct Route {
  http::Method method;
  std::string_view pattern;  // "/api/v1/workers/{name}/log"
  Action action;
  std::string_view query = "";  // the query parameters it knows, separated by blanks
  Body body = Body::None;
};

// All of them, for as long as the program runs.
std::span<const Route> routes();

// The groups, each in a file of its own.
std::span<const Route> experiment_routes();
std::span<const Route> worker_routes();
std::span<const Route> result_routes();
std::span<const Route> event_routes();
std::span<const Route> controller_routes();
std::span<const Route> metrics_routes();

}  // namespace flowyard::controller::rest
