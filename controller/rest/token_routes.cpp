// Access tokens, in addition to the token file.
#include "controller/rest/json_schema.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/strict_json.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

async::Task<http::Response> create_token(ApiContext& context, RequestContext call) {
  const auto wanted = read_strict_body<TokenRequest>(call.request.body);
  if (!wanted) co_return problem_reply(400, "bad-body", wanted.error().message);
  const auto access =
      wanted->read_only.value_or(false) ? experiment::Access::ReadOnly : experiment::Access::Full;
  const auto budget = experiment::parse_budget(wanted->budget.value_or(""));
  if (!budget) co_return problem_reply(422, "bad-budget", budget.error().message);
  const auto made = co_await context.service.create_token(wanted->name, access, *budget);
  if (!made) co_return problem_reply(made.error());
  auto response = json_reply(rest::to_json(*made), 201);
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

async::Task<http::Response> list_tokens(ApiContext& context, RequestContext) {
  TokensView view;
  view.tokens = co_await context.service.tokens();
  co_return json_reply(rest::to_json(view));
}

async::Task<http::Response> revoke_token(ApiContext& context, RequestContext call) {
  const auto revoked = co_await context.service.revoke_token(call.parameters[0]);
  if (!revoked) co_return problem_reply(revoked.error());
  co_return no_content();
}

constexpr Route kTokenRoutes[] = {
    {http::Method::Post, "/api/v1/tokens", create_token, json_schema<service::NewTokenView>, "",
     json_schema<TokenRequest>},
    {http::Method::Get, "/api/v1/tokens", list_tokens, json_schema<TokensView>},
    {http::Method::Delete, "/api/v1/tokens/{name}", revoke_token},
};

}  // namespace

std::span<const Route> token_routes() {
  return kTokenRoutes;
}

}  // namespace flowyard::controller::rest
