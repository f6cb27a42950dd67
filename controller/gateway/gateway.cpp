#include "controller/gateway/gateway.hpp"

#include <charconv>
#include <filesystem>
#include <sys/stat.h>

#include "common/base/whole_file.hpp"
#include "common/http/bearer.hpp"
#include "controller/gateway/grants.hpp"
#include "controller/gateway/replies.hpp"
#include "worker/protocol/columns.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::controller::gateway {

using async::Task;
using experiment::LeaseId;
using experiment::WorkerId;
namespace fs = std::filesystem;
namespace protocol = worker::protocol;

namespace {

constexpr double kHeartbeatEvery = 1;  // seconds
constexpr Milliseconds kLeaseWait{20'000};
constexpr double kSilenceLimit = 120;  // longer than a controller's restart and an Engine's recovery

// The parent is for us alone; a worker sees no folder but its own, which is mounted into its container, where
// it runs as nobody.
void make_folder(const fs::path& folder) {
  fs::create_directories(folder);
  ::chmod(folder.parent_path().c_str(), 0700);
  ::chmod(folder.c_str(), 0755);
}

// Whole or not at all, and only once: workers of the controller before may read it at any moment.
void write_token(const fs::path& file, const std::string& token) {
  if (read_file_if_there(file.string()) == token) return;
  write_file(file.string(), token, 0644);
}

http::Response no_such_path(const http::Request& request) {
  return problem(404, "protocol v1 has no " + http::parse_target(request.target).path);
}

// The {lease} of a path, or nothing if it is not a number.
std::optional<LeaseId> lease_of(const std::string& text) {
  LeaseId lease;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, lease.value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return lease;
}

}  // namespace

struct Gateway::Routes {
  struct Row {
    http::Method method;
    std::string_view pattern;
    Task<http::Response> (Gateway::*action)(const Call& call);
  };
  static constexpr Row kTable[] = {
      {http::Method::Post, "/v1/hello", &Gateway::hello},
      {http::Method::Post, "/v1/lease", &Gateway::lease},
      {http::Method::Post, "/v1/heartbeat", &Gateway::heartbeat},
      {http::Method::Post, "/v1/goodbye", &Gateway::goodbye},
      {http::Method::Post, "/v1/leases/{lease}/results", &Gateway::results},
      {http::Method::Post, "/v1/leases/{lease}/failed", &Gateway::failed},
      {http::Method::Get, "/v1/programs/{hash...}", &Gateway::program},
      {http::Method::Get, "/v1/bundles/{hash...}", &Gateway::bundle},
  };
};

Gateway::Gateway(async::Executor executor, orchestrator::Orchestrator& orchestrator, GatewayOptions options,
                 Log log)
    : executor_(std::move(executor)), orchestrator_(orchestrator), options_(std::move(options)), log_(log) {}

fs::path Gateway::folder_of(WorkerId worker) const {
  return fs::path(options_.run_folder) / "w" / to_string(worker);
}

std::string Gateway::open(WorkerId worker, const std::string& token) {
  if (const auto known = endpoints_.find(worker); known != endpoints_.end()) return known->second.folder;
  const fs::path folder = folder_of(worker);
  make_folder(folder);
  write_token(folder / "token", token);
  const http::Endpoint endpoint{
      .kind = http::Endpoint::Kind::Unix, .path = (folder / "s").string(), .host = {}};
  auto handler = [this, worker](http::Request request) { return answer(worker, std::move(request)); };
  http::ServerOptions options;
  options.socket_mode = 0666;
  options.max_connections = 16;  // one worker needs two, and may not take what the others need
  // Only an open endpoint is kept: what throws here leaves none behind.
  auto server = std::make_unique<http::Server>(executor_, endpoint, std::move(handler), options, log_);
  endpoints_[worker] = WorkerEndpoint{.folder = folder.string(), .token = token, .server = std::move(server)};
  return folder.string();
}

Task<> Gateway::close(WorkerId worker) {
  auto endpoint = endpoints_.extract(worker);
  reported_.erase(worker);
  if (endpoint) co_await endpoint.mapped().server->close();
  // Also where none is open: it ended before this controller began, or its token could not be written.
  std::error_code ignored;  // what is left is removed with the run folder
  fs::remove_all(folder_of(worker), ignored);
}

Task<> Gateway::close_all() {
  auto endpoints = std::move(endpoints_);
  endpoints_.clear();
  for (auto& [worker, endpoint] : endpoints) co_await endpoint.server->close();
}

const orchestrator::ActiveExperiment* Gateway::experiment_of(WorkerId worker) const {
  const auto* live = orchestrator_.worker(worker);
  return live ? orchestrator_.experiment(live->worker.experiment) : nullptr;
}

Task<http::Response> Gateway::answer(WorkerId worker, http::Request request) {
  const auto endpoint = endpoints_.find(worker);
  if (endpoint == endpoints_.end() || !http::bears_token(request, endpoint->second.token)) {
    co_return problem(401, "this is not the token of this worker");
  }
  auto routing =
      http::find_route(std::span<const Routes::Row>(Routes::kTable), request.method, request.target);
  if (auto* match = std::get_if<http::Match<Routes::Row>>(&routing)) {
    const auto action = match->row->action;
    const Call call{
        .worker = worker, .request = std::move(request), .parameters = std::move(match->parameters)};
    co_return co_await (this->*action)(call);
  }
  if (request.method != http::Method::Post)
    co_return problem(405, "only POST is answered here, and GET for programs and bundles");
  co_return no_such_path(request);
}

Task<http::Response> Gateway::hello(const Call& call) {
  const auto hello = protocol::from_json<protocol::Hello>(call.request.body);
  if (!hello) co_return problem(400, hello.error().message);
  if (hello->protocol != protocol::kVersion) {
    co_return problem(426, "this controller speaks version 1 of the worker protocol");
  }
  if (!co_await orchestrator_.hello(call.worker))
    co_return problem(410, "no worker is expected here any more");
  const protocol::Welcome welcome{.protocol = protocol::kVersion,
                                  .controller = options_.controller_id,
                                  .heartbeat_every = kHeartbeatEvery,
                                  .lease_wait = std::chrono::duration<double>(kLeaseWait).count(),
                                  .silence_limit = kSilenceLimit};
  co_return json_reply(protocol::to_json(welcome));
}

Task<http::Response> Gateway::lease(const Call& call) {
  auto answer = co_await orchestrator_.lease(call.worker, kLeaseWait);
  if (std::holds_alternative<orchestrator::Leave>(answer))
    co_return problem(410, "there is nothing more to do");
  if (std::holds_alternative<orchestrator::NothingYet>(answer)) {
    co_return http::Response{.status = 204, .headers = {}, .body = {}, .stream = {}};
  }
  const auto* experiment = experiment_of(call.worker);
  if (!experiment) co_return problem(410, "there is nothing more to do");
  reported_[call.worker] = 0;
  const auto grant = grant_of(std::get<experiment::Lease>(answer), *experiment);
  const bool columns =
      call.request.headers.get("Accept").find(protocol::kColumnsType) != std::string_view::npos;
  co_return columns ? reply(protocol::kColumnsType, protocol::to_columns(grant))
                    : json_reply(protocol::to_json(grant));
}

Task<http::Response> Gateway::results(const Call& call) {
  const auto lease = lease_of(call.parameters.at(0));
  if (!lease) co_return no_such_path(call.request);
  const bool columns = call.request.headers.get("Content-Type") == protocol::kColumnsType;
  auto chunk = columns ? protocol::from_columns<protocol::ResultChunk>(call.request.body)
                       : protocol::from_json<protocol::ResultChunk>(call.request.body);
  if (!chunk) co_return problem(400, chunk.error().message);
  store::ChunkRow row{.lease = *lease,
                      .chunk = chunk->chunk,
                      .worker = call.worker,
                      .range = {chunk->first, chunk->count},
                      .compute_seconds = chunk->compute_seconds,
                      .body = columns ? call.request.body : protocol::to_columns(*chunk)};
  const std::string token(call.request.headers.get(protocol::kLeaseTokenHeader));
  std::string failure;
  store::CommitResult result;
  try {
    result = co_await orchestrator_.commit(std::move(row), token);
  } catch (const store::StoreFailure& full) {
    failure = full.what();
  }
  if (!failure.empty()) {
    // A full disk: the worker keeps its results and asks again.
    log_.error("results could not be stored; the worker will send them again", {{"error", failure}});
    co_return problem(503, "results cannot be stored now: " + failure);
  }
  if (result.outcome == store::Commit::Stale) co_return problem(409, "this lease is not yours any more");
  const bool done = result.lease.committed == result.lease.range.count;
  co_return json_reply("{\"committed\":" + std::to_string(result.lease.committed) +
                       ",\"done\":" + (done ? "true" : "false") + "}");
}

Task<http::Response> Gateway::failed(const Call& call) {
  const auto lease = lease_of(call.parameters.at(0));
  if (!lease) co_return no_such_path(call.request);
  auto failure = protocol::from_json<protocol::LeaseFailure>(call.request.body);
  if (!failure) co_return problem(400, failure.error().message);
  const std::string token(call.request.headers.get(protocol::kLeaseTokenHeader));
  const bool taken = co_await orchestrator_.fail_lease(call.worker, *lease, token, failure->message);
  co_return taken ? json_reply("{}") : problem(409, "this lease is not yours any more");
}

Task<http::Response> Gateway::goodbye(const Call& call) {
  const auto goodbye = protocol::from_json<protocol::Goodbye>(call.request.body);
  if (!goodbye) co_return problem(400, goodbye.error().message);
  if (goodbye->cpu_seconds > 0 || goodbye->memory_bytes > 0) {
    orchestrator_.heartbeat(
        call.worker, {.cpu_seconds = goodbye->cpu_seconds, .memory_bytes = goodbye->memory_bytes}, false);
  }
  co_return json_reply("{}");
}

Task<http::Response> Gateway::heartbeat(const Call& call) {
  const auto beat = protocol::from_json<protocol::Heartbeat>(call.request.body);
  if (!beat) co_return problem(400, beat.error().message);
  auto& reported = reported_[call.worker];
  const bool progress = beat->done > reported;
  reported = beat->done;
  orchestrator_.heartbeat(call.worker, {.cpu_seconds = beat->cpu_seconds, .memory_bytes = beat->memory_bytes},
                          progress);
  protocol::HeartbeatAnswer answer;
  if (beat->lease != 0 && !orchestrator_.holds(call.worker, LeaseId{beat->lease}))
    answer.revoked.push_back(beat->lease);
  answer.leave = orchestrator_.should_leave(call.worker);
  co_return json_reply(protocol::to_json(answer));
}

Task<http::Response> Gateway::program(const Call& call) {
  const std::string& hash = call.parameters.at(0);
  if (const auto* experiment = experiment_of(call.worker)) {
    for (const auto& program : experiment->programs) {
      if (program.hash == hash) co_return reply("application/octet-stream", program.bytes);
    }
  }
  co_return problem(404, "no program " + hash);
}

Task<http::Response> Gateway::bundle(const Call& call) {
  const std::string& hash = call.parameters.at(0);
  const auto* experiment = experiment_of(call.worker);
  if (experiment && experiment->bundle_hash == hash) co_return json_reply(experiment->bundle_json);
  co_return problem(404, "no bundle " + hash);
}

}  // namespace flowyard::controller::gateway
