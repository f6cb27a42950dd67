// Results: the table of results, why something failed, the files of a checkout, and pruning.
#include <charconv>
#include <chrono>

#include "controller/rest/cursor.hpp"
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

std::optional<std::uint64_t> scenario_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

results::TableRequest rows_asked_for(const http::Target& target) {
  const auto text = [&target](const char* key) { return target.get(key).value_or(""); };
  return {.where = text("where"), .sort = text("sort"), .columns = text("columns"), .cursor = text("cursor")};
}

// How many rows, where no page limits them.
Result<std::optional<std::uint64_t>> limit_of_all(const http::Target& target) {
  const auto limit = whole_number(target, "limit", 1, std::int64_t{1} << 53);
  if (!limit) return limit.error();
  return *limit ? std::optional(static_cast<std::uint64_t>(**limit)) : std::nullopt;
}

async::Task<> stream_rows(service::Service& service, experiment::ExperimentId id,
                          results::TableRequest request, std::optional<std::uint64_t> limit,
                          const ResultLines* lines, http::BodyWriter& writer) {
  bool has_begun = false;
  const service::PageSink sink = [&](service::ResultPage page) -> async::Task<> {
    std::string text = has_begun ? "" : lines->heading(page);
    has_begun = true;
    text += lines->rows(page);
    if (!text.empty()) co_await writer.write(std::move(text));
  };
  const auto sent = co_await service.all_results(id, std::move(request), limit, sink);
  if (!sent) throw ErrorException(sent.error().front());
}

// All of the table, as one stream.
async::Task<http::Response> show_all_results(ApiContext& context, RequestContext call, std::string word,
                                             experiment::ExperimentId id) {
  const auto* lines = result_lines(word);
  if (!lines)
    co_return problem_reply(400, "bad-query",
                            "the query parameter 'format' must be csv or jsonl, not '" + word + "'");
  const auto limit = limit_of_all(call.target);
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  auto request = rows_asked_for(call.target);
  if (!request.cursor.empty())
    co_return problem_reply(400, "bad-query", "'cursor' is for pages: with 'format' there are none");
  // Mistakes are told before the head of a stream goes out.
  auto columns_only = request;
  columns_only.limit = 0;
  const auto checked = co_await context.service.results(id, std::move(columns_only));
  if (!checked) co_return problem_reply(rest::problem_of(checked.error()));
  http::Response response;
  response.headers.set("Content-Type", std::string(lines->media_type));
  response.stream = [&service = context.service, id, request, limit = *limit,
                     lines](http::BodyWriter& writer) {
    return stream_rows(service, id, request, limit, lines, writer);
  };
  co_return response;
}

async::Task<http::Response> show_results(ApiContext& context, RequestContext call) {
  using Request = results::TableRequest;
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  if (auto word = call.target.get("format"))
    co_return co_await show_all_results(context, std::move(call), *word, *id);
  const auto limit = whole_number(call.target, "limit", 1, Request::kLargestPage);
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  const Cursor cursor("results of " + to_string(*id), call.target);
  const auto place = cursor.place();
  if (!place) co_return problem_reply(400, "bad-query", place.error().message);
  auto request = rows_asked_for(call.target);
  request.cursor = place->value_or("");
  if (*limit) request.limit = static_cast<std::size_t>(**limit);
  auto page = co_await context.service.results(*id, std::move(request));
  if (!page) co_return problem_reply(rest::problem_of(page.error()));
  if (page->next) page->next = cursor.after(*page->next);
  co_return json_reply(rest::to_json(*page));
}

// Where the page before ended: "SCENARIO/NAME".
std::optional<service::FilePlace> file_place(const std::string& text) {
  const auto slash = text.find('/');
  const auto scenario = scenario_number(text.substr(0, slash));
  if (slash == std::string::npos || !scenario) return std::nullopt;
  return service::FilePlace{.scenario = *scenario, .name = text.substr(slash + 1)};
}

async::Task<http::Response> list_files(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto limit = whole_number(call.target, "limit", 1, 1000);
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  const Cursor cursor("files of " + to_string(*id), call.target);
  const auto place = cursor.place();
  if (!place) co_return problem_reply(400, "bad-query", place.error().message);
  const auto at_most = static_cast<std::size_t>(limit->value_or(100));
  auto after = *place ? file_place(**place) : std::nullopt;
  rest::Page<service::FileView> page;
  page.items = co_await context.service.written_files(*id, std::move(after), at_most + 1);
  if (page.items.size() > at_most) {
    page.items.pop_back();
    const auto& last = page.items.back();
    page.next = cursor.after(std::to_string(last.scenario) + "/" + last.name);
  }
  co_return json_reply(rest::to_json(page));
}

// Never shown by a browser as a page of ours: whatever it is, it is the program's.
// The type is not said by what the bytes look like: models and data come with all kinds of names.
async::Task<http::Response> show_source(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  auto content = co_await context.service.source_file(*id, call.target.get("path").value_or(""));
  if (!content) co_return problem_reply(content.error());
  http::Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.body = std::move(*content);
  co_return response;
}

async::Task<http::Response> show_file(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto scenario = scenario_number(call.parameters[1]);
  if (!scenario)
    co_return problem_reply(404, "not-found", "'" + call.parameters[1] + "' is no scenario's number");
  const auto name = call.target.get("name");
  if (!name) co_return problem_reply(400, "bad-query", "say which file: ?name=plots/map.png");
  auto content = co_await context.service.written_file(*id, *scenario, *name);
  if (!content) co_return problem_reply(content.error());
  http::Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.headers.set("Content-Disposition", "attachment");
  response.body = std::move(*content);
  co_return response;
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
  service::CheckoutOptions options{.format = call.target.get("format").value_or(""),
                                   .rows = rows_asked_for(call.target)};
  const auto format = results::table_format(options.format);
  if (!format) co_return problem_reply(400, "bad-query", format.error().message);
  const auto limit = limit_of_all(call.target);
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  options.limit = *limit;
  const auto name = co_await name_of(context.service, call.parameters[0]);
  if (!name) co_return problem_reply(name.error());
  if (options.chooses()) {
    const auto id = co_await context.service.find_experiment(call.parameters[0]);
    if (!id)
      co_return problem_reply(400, "bad-query",
                              "rows are chosen of an experiment, and '" + *name + "' is a worker");
    auto columns_only = options.rows;
    columns_only.limit = 0;
    const auto checked = co_await context.service.results(*id, std::move(columns_only));
    if (!checked) co_return problem_reply(rest::problem_of(checked.error()));
  }
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
     "where sort limit cursor columns format"},
    {http::Method::Get, "/api/v1/experiments/{which}/files", list_files, json_schema<Page<service::FileView>>,
     "limit cursor"},
    {http::Method::Get, "/api/v1/experiments/{which}/files/{scenario}", show_file, kNoJson, "name"},
    {http::Method::Get, "/api/v1/experiments/{which}/source", show_source, kNoJson, "path"},
    {http::Method::Get, "/api/v1/experiments/{which}/compare", compare, json_schema<service::ComparisonView>,
     "with"},
    {http::Method::Get, "/api/v1/why/{which}", why, json_schema<service::WhyView>},
    {http::Method::Get, "/api/v1/checkout/{which}", checkout, kNoJson, "format where sort limit columns"},
    {http::Method::Post, "/api/v1/prune", prune, json_schema<service::Forgotten>, "",
     json_schema<PruneRequest>},
};

}  // namespace

std::span<const Route> result_routes() {
  return kResultRoutes;
}

}  // namespace flowyard::controller::rest
