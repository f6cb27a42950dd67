#include "controller/rest/handler.hpp"

#include "controller/rest/guard.hpp"
#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {
namespace {

http::Response no_such_path(const http::Request& request) {
  const std::string path = http::parse_target(request.target).path;
  return problem_reply(404, "no-such-path",
                       "there is no " + path + "; GET /api/v1/openapi.yaml describes what there is");
}

http::Response wrong_method(const http::Request& request, const std::string& allow) {
  auto response =
      problem_reply(405, "method-not-allowed",
                    std::string(to_string(request.method)) + " is not allowed here, but " + allow);
  response.headers.set("Allow", allow);
  return response;
}

// What is wrong with the form of a request to a route that exists.
std::optional<http::Response> malformed(const Route& route, const RequestContext& call) {
  if (const auto checked = check_keys(call.target, route.query); !checked) {
    return problem_reply(400, "bad-query", checked.error().message);
  }
  // Some routes take a body or none; one that wants it says what it lacks.
  if (route.takes == kNoJson || call.request.body.empty()) return std::nullopt;
  const auto type = call.request.headers.get("Content-Type");
  const auto essence = type.substr(0, type.find(';'));
  if (essence != "application/json" && (route.or_takes.empty() || essence != route.or_takes)) {
    const std::string other = route.or_takes.empty() ? "" : " or " + std::string(route.or_takes);
    return problem_reply(415, "unsupported-media-type",
                         "send the body as Content-Type: application/json" + other);
  }
  return std::nullopt;
}

http::Response failed(const ApiContext& context, const RequestContext& call, const std::exception& error) {
  context.options.log.error("request failed", {{"method", std::string(to_string(call.request.method))},
                                               {"target", call.request.target},
                                               {"error", std::string(error.what())}});
  return problem_reply(failure(ErrorCode::Internal, error.what()));
}

// The translation of what is thrown happens here, once. Cancellation (the peer hung up) passes through.
async::Task<http::Response> act(ApiContext& context, const Route& route, RequestContext call) {
  const RequestContext kept = {
      .request = {.method = call.request.method, .target = call.request.target, .headers = {}, .body = {}},
      .target = {},
      .parameters = {}};
  try {
    co_return co_await route.action(context, std::move(call));
  } catch (const ErrorException& error) {
    co_return problem_reply(error.error());
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    co_return failed(context, kept, error);
  }
}

async::Task<http::Response> answer(std::shared_ptr<ApiContext> context, http::Request request) {
  auto admitted = admission(context->service, context->options, request);
  if (auto* refused = std::get_if<http::Response>(&admitted)) co_return std::move(*refused);
  auto found = http::find_route(routes(), request.method, request.target);
  if (std::holds_alternative<http::NoSuchPath>(found)) co_return no_such_path(request);
  if (const auto* others = std::get_if<http::OtherMethods>(&found))
    co_return wrong_method(request, others->allow);
  auto& match = std::get<http::Match<Route>>(found);
  RequestContext call;
  call.target = http::parse_target(request.target);
  call.request = std::move(request);
  call.parameters = std::move(match.parameters);
  if (auto wrong = malformed(*match.row, call)) co_return std::move(*wrong);
  co_return co_await act(*context, *match.row, std::move(call));
}

}  // namespace

http::Handler make_handler(service::Service& service, ApiOptions options) {
  // Shared by the copies of the handler and the requests under way.
  auto context = std::make_shared<ApiContext>(ApiContext{service, std::move(options)});
  return [context](http::Request request) { return answer(context, std::move(request)); };
}

http::Guard make_guard(const service::Service& service, ApiOptions options) {
  return [&service, options = std::move(options)](const http::Request& head) {
    return admission(service, options, head);
  };
}

}  // namespace flowyard::controller::rest
