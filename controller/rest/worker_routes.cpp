// Workers: list, show, restart, delete, and their logs.
#include <algorithm>

#include "controller/experiment/worker_status.hpp"
#include "controller/rest/cursor.hpp"
#include "controller/rest/json_schema.hpp"
#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

struct Listing {
  service::WorkerFilter filter;
  std::optional<std::string> status;
  std::optional<std::int64_t> before;  // only workers older than this id
  std::size_t limit = 100;
};

async::Task<Result<Listing>> read_listing(ApiContext& context, http::Target target) {
  const auto limit = whole_number(target, "limit", 1, 1000);
  if (!limit) co_return limit.error();
  const auto before = Cursor("workers", target).place_number();
  if (!before) co_return before.error();
  const auto all = flag(target, "all");
  if (!all) co_return all.error();
  Listing listing;
  listing.limit = static_cast<std::size_t>(limit->value_or(100));
  listing.before = *before;
  listing.filter.include_gone = *all;
  listing.status = target.get("status");
  const auto& known = experiment::kWorkerStatuses;
  if (listing.status && std::find(known.begin(), known.end(), *listing.status) == known.end()) {
    std::string words;
    for (const auto word : known) words += (words.empty() ? "" : ", ") + std::string(word);
    co_return invalid("there is no worker status '" + *listing.status + "'; there are " + words);
  }
  if (const auto which = target.get("experiment")) {
    const auto id = co_await context.service.find_experiment(*which);
    if (!id) co_return id.error();
    listing.filter.experiment = *id;
  }
  co_return listing;
}

async::Task<> stream_log(service::Service& service, std::string name, service::LogOptions options,
                         http::BodyWriter& writer) {
  const service::LineSink sink = [&writer](std::string lines) { return writer.write(std::move(lines)); };
  const auto streamed = co_await service.log(std::move(name), options, sink);
  // The head is out already: only cutting the body off can still tell that something went wrong.
  if (!streamed) throw ErrorException(streamed.error());
}

async::Task<http::Response> list_workers(ApiContext& context, RequestContext call) {
  const Cursor cursor("workers", call.target);
  const auto listing = co_await read_listing(context, std::move(call.target));
  if (!listing && listing.error().code != ErrorCode::Invalid) co_return problem_reply(listing.error());
  if (!listing) co_return problem_reply(400, "bad-query", listing.error().message);
  rest::Page<service::WorkerView> page;
  auto views = co_await context.service.workers(listing->filter);
  for (auto& view : views) {
    if (listing->before && view.id.value >= *listing->before) continue;
    if (listing->status && view.status != *listing->status) continue;
    if (page.items.size() == listing->limit) {
      page.next = cursor.after(to_string(page.items.back().id));
      break;
    }
    page.items.push_back(std::move(view));
  }
  co_return json_reply(rest::to_json(page));
}

async::Task<http::Response> show_worker(ApiContext& context, RequestContext call) {
  const auto view = co_await context.service.worker(call.parameters[0]);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view));
}

async::Task<http::Response> restart_worker(ApiContext& context, RequestContext call) {
  const auto restarted = co_await context.service.restart_worker(call.parameters[0]);
  if (!restarted) co_return problem_reply(restarted.error());
  http::Response accepted;
  accepted.status = 202;
  co_return accepted;
}

async::Task<http::Response> delete_worker(ApiContext& context, RequestContext call) {
  using Mode = service::DeleteMode;
  const auto force = flag(call.target, "force");
  if (!force) co_return problem_reply(400, "bad-query", force.error().message);
  const Mode mode = *force ? Mode::Force : Mode::FinishedOnly;
  const auto deleted = co_await context.service.delete_worker(call.parameters[0], mode);
  if (!deleted) co_return problem_reply(deleted.error());
  co_return no_content();
}

async::Task<http::Response> worker_log(ApiContext& context, RequestContext call) {
  const auto tail = whole_number(call.target, "tail", 0, 100'000'000);
  if (!tail) co_return problem_reply(400, "bad-query", tail.error().message);
  const auto since = time(call.target, "since");
  if (!since) co_return problem_reply(400, "bad-query", since.error().message);
  const auto follow = flag(call.target, "follow");
  if (!follow) co_return problem_reply(400, "bad-query", follow.error().message);
  const auto known = co_await context.service.worker(call.parameters[0]);
  if (!known) co_return problem_reply(known.error());
  service::LogOptions options;
  if (*tail) options.tail = static_cast<std::size_t>(**tail);
  options.since = *since;
  options.follow = *follow;
  http::Response response;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.stream = [&service = context.service, name = known->name, options](http::BodyWriter& writer) {
    return stream_log(service, name, options, writer);
  };
  co_return response;
}

constexpr Route kWorkerRoutes[] = {
    {http::Method::Get, "/api/v1/workers", list_workers, json_schema<Page<service::WorkerView>>,
     "limit cursor experiment status all"},
    {http::Method::Get, "/api/v1/workers/{name}", show_worker, json_schema<service::WorkerView>},
    {http::Method::Delete, "/api/v1/workers/{name}", delete_worker, kNoJson, "force"},
    {http::Method::Post, "/api/v1/workers/{name}/restart", restart_worker},
    {http::Method::Get, "/api/v1/workers/{name}/log", worker_log, kNoJson, "tail since follow"},
};

}  // namespace

std::span<const Route> worker_routes() {
  return kWorkerRoutes;
}

}  // namespace flowyard::controller::rest
