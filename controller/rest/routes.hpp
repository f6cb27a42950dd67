// The table of routes of the REST API. Each *_routes.cpp ends in the rows of its actions. A test holds the
// table, with what each row takes and answers, against docs/openapi.yaml, which describes it to people.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/async/joined.hpp"
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
  // Pages of the list of experiments, by what was asked for: many watch the same one.
  async::Joined<std::string, std::string> pages = {};
};

using Action = async::Task<http::Response> (*)(ApiContext&, RequestContext);

// json_schema<T> of json_schema.hpp for a T that travels as JSON, or nothing.
using BodySchema = std::string (*)();
constexpr BodySchema kNoJson = nullptr;

struct Route {
  http::Method method;
  std::string_view pattern;  // "/api/v1/workers/{name}/log"
  Action action;
  BodySchema answers = kNoJson;  // when all goes well
  std::string_view query = "";   // the query parameters it knows, separated by blanks
  BodySchema takes = kNoJson;
  std::string_view or_takes = "";  // a media type that its body may have instead of JSON
};

// All of them, for as long as the program runs.
std::span<const Route> routes();

// The groups, each in a file of its own.
std::span<const Route> experiment_routes();
std::span<const Route> worker_routes();
std::span<const Route> result_routes();
std::span<const Route> chart_routes();
std::span<const Route> event_routes();
std::span<const Route> controller_routes();
std::span<const Route> token_routes();
std::span<const Route> metrics_routes();

}  // namespace flowyard::controller::rest
