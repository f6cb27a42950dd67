// Results: the table of results, why something failed, the files of a checkout, and pruning.
#include <chrono>

#include "controller/rest/json_schema.hpp"
#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/result_page.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/archive.hpp"
#include "controller/results/table_format.hpp"

namespace flowyard::controller::rest {
namespace {

// The whole name of such an experiment or worker: asked before the head of a stream goes out.
async::Task<Result<std::string>> name_of(service::Service& service, std::string which) {
  const auto worker = co_await service.worker(which);
  if (worker) co_return worker->name;
  const auto experiment = co_await service.find_experiment(which);
  if (experiment) {
    const auto view = co_await service.progress(*experiment);
    if (view) co_return view->name;
    co_return view.error();
  }
  // An ambiguous name is the more helpful error of the two.
  const bool ambiguous = worker.error().code != ErrorCode::NotFound;
  co_return ambiguous ? worker.error() : experiment.error();
}

async::Task<> stream_checkout(service::Service& service, std::string which, service::CheckoutOptions options,
                              http::BodyWriter& writer) {
  const auto now = SystemClock{}.now().time_since_epoch() / std::chrono::seconds(1);
  results::ArchiveWriter archive(now);
  const service::FileSink sink = [&writer, &archive](results::ExportPiece piece) {
    return writer.write(archive.bytes_of(piece));
  };
  const auto written = co_await service.checkout(std::move(which), std::move(options), sink);
  // Without its end mark the client knows that the archive is not whole.
  if (!written) throw ErrorException(written.error());
  co_await writer.write(results::ArchiveWriter::end());
}

async::Task<http::Response> show_results(ApiContext& context, RequestContext call) {
  using Request = results::TableRequest;
  const auto limit = whole_number(call.target, "limit", 1, Request::kLargestPage);
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto text = [&call](const char* key) { return call.target.get(key).value_or(""); };
  Request request{
      .where = text("where"), .sort = text("sort"), .columns = text("columns"), .cursor = text("cursor")};
  if (*limit) request.limit = static_cast<std::size_t>(**limit);
  const auto page = co_await context.service.results(*id, std::move(request));
  if (!page) co_return problem_reply(rest::problem_of(page.error()));
  co_return json_reply(rest::to_json(*page));
}

async::Task<http::Response> compare(ApiContext& context, RequestContext call) {
  const auto with = call.target.get("with");
  if (!with) co_return problem_reply(400, "bad-query", "say with which experiment: ?with=NAME");
  const auto first = co_await context.service.find_experiment(call.parameters[0]);
  if (!first) co_return problem_reply(first.error());
  const auto second = co_await context.service.find_experiment(*with);
  if (!second) co_return problem_reply(second.error());
  const auto view = co_await context.service.compare(*first, *second);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view));
}

async::Task<http::Response> why(ApiContext& context, RequestContext call) {
  const auto view = co_await context.service.why(call.parameters[0]);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view));
}

async::Task<http::Response> checkout(ApiContext& context, RequestContext call) {
  service::CheckoutOptions options{.format = call.target.get("format").value_or("")};
  const auto format = results::table_format(options.format);
  if (!format) co_return problem_reply(400, "bad-query", format.error().message);
  const auto name = co_await name_of(context.service, call.parameters[0]);
  if (!name) co_return problem_reply(name.error());
  http::Response response;
  response.headers.set("Content-Type", "application/x-tar");
  // RFC 8187: names have letters of every kind.
  response.headers.set("Content-Disposition",
                       "attachment; filename*=UTF-8''" + http::percent_encode(*name + ".tar"));
  response.stream = [&service = context.service, which = call.parameters[0],
                     options](http::BodyWriter& writer) {
    return stream_checkout(service, which, options, writer);
  };
  co_return response;
}

async::Task<http::Response> prune(ApiContext& context, RequestContext call) {
  using Mode = service::PruneMode;
  const auto request = rest::prune_request_from_json(call.request.body);
  if (!request) co_return problem_reply(400, "bad-body", request.error().message);
  const Milliseconds older_than(static_cast<std::int64_t>(request->older_than_seconds * 1000));
  const Mode mode = request->dry_run.value_or(false) ? Mode::DryRun : Mode::Really;
  const auto forgotten = co_await context.service.prune(older_than, mode);
  co_return json_reply(rest::to_json(forgotten));
}

constexpr Route kResultRoutes[] = {
    {http::Method::Get, "/api/v1/experiments/{which}/results", show_results, result_page_schema,
     "where sort limit cursor columns"},
    {http::Method::Get, "/api/v1/experiments/{which}/compare", compare, json_schema<service::ComparisonView>,
     "with"},
    {http::Method::Get, "/api/v1/why/{which}", why, json_schema<service::WhyView>},
    {http::Method::Get, "/api/v1/checkout/{which}", checkout, kNoJson, "format"},
    {http::Method::Post, "/api/v1/prune", prune, json_schema<service::Forgotten>, "",
     json_schema<PruneRequest>},
};

}  // namespace

std::span<const Route> result_routes() {
  return kResultRoutes;
}

}  // namespace flowyard::controller::rest
