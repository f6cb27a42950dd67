// A chart of results: as a PNG, or as JSON with what it shows and the PNG in it.
#include "common/base/base64.hpp"
#include "controller/rest/json_schema.hpp"
#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

async::Task<http::Response> show_chart(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto text = [&call](const char* key) { return call.target.get(key).value_or(""); };
  const std::string format = text("format");
  if (!format.empty() && format != "png" && format != "json")
    co_return problem_reply(400, "bad-query",
                            "the query parameter 'format' must be png or json, not '" + format + "'");
  service::ChartOptions options;
  auto& request = options.request;
  request.of = text("of");
  request.kind = text("kind");
  request.by = text("by");
  request.x = text("x");
  request.y = text("y");
  request.where = text("where");
  using Size = decltype(options.size);
  for (const auto& [key, extent] :
       {std::pair("width", &options.size.width), std::pair("height", &options.size.height)}) {
    const auto pixels = whole_number(call.target, key, Size::kLeast, Size::kMost);
    if (!pixels) co_return problem_reply(400, "bad-query", pixels.error().message);
    if (*pixels) *extent = static_cast<int>(**pixels);
  }
  auto chart = co_await context.service.chart(*id, std::move(options));
  if (!chart) co_return problem_reply(rest::problem_of(chart.error()));
  if (format == "json") {
    ChartAnswer answer;
    static_cast<service::ChartView&>(answer) = *chart;
    answer.image = to_base64(chart->png);
    co_return json_reply(rest::to_json(answer));
  }
  http::Response response;
  response.headers.set("Content-Type", "image/png");
  response.body = std::move(chart->png);
  co_return response;
}

constexpr Route kChartRoutes[] = {
    {http::Method::Get, "/api/v1/experiments/{which}/chart", show_chart, json_schema<ChartAnswer>,
     "of kind by x y where width height format"},
};

}  // namespace

std::span<const Route> chart_routes() {
  return kChartRoutes;
}

}  // namespace flowyard::controller::rest
