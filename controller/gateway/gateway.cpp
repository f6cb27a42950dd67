#include "controller/gateway/gateway.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

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

void write_token(const fs::path& file, const std::string& token) {
  std::ofstream out(file, std::ios::trunc);
  out << token;
  out.flush();
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

// A path below `prefix`: "/v1/leases/7/results" -> {"7", "results"}.
struct LeasePath {
  LeaseId lease;
  std::string verb;
};

std::optional<LeasePath> lease_path(std::string_view path) {
  constexpr std::string_view kPrefix = "/v1/leases/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  LeasePath result;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), result.lease.value);
  if (error != std::errc() || end == path.data() + path.size() || *end != '/') return std::nullopt;
  result.verb = std::string(end + 1, path.data() + path.size());
  return result;
}

}  // namespace

Gateway::Gateway(async::Executor executor, orchestrator::Orchestrator& orchestrator, GatewayOptions options,
                 Log log)
    : executor_(std::move(executor)), orchestrator_(orchestrator), options_(std::move(options)), log_(log) {}

std::string Gateway::open(WorkerId worker, const std::string& token) {
  if (const auto known = endpoints_.find(worker); known != endpoints_.end()) return known->second.folder;
  const fs::path folder = fs::path(options_.run_folder) / "w" / to_string(worker);
  make_folder(folder);
  write_token(folder / "token", token);
  const http::Endpoint endpoint{
      .kind = http::Endpoint::Kind::Unix, .path = (folder / "s").string(), .host = {}};
  auto handler = [this, worker](http::Request request) { return answer(worker, std::move(request)); };
  http::ServerOptions options;
  options.socket_mode = 0666;
  // Only an open endpoint is kept: what throws here leaves none behind.
  auto server = std::make_unique<http::Server>(executor_, endpoint, std::move(handler), options, log_);
  endpoints_[worker] = WorkerEndpoint{.folder = folder.string(), .token = token, .server = std::move(server)};
  return folder.string();
}

Task<> Gateway::close(WorkerId worker) {
  const auto found = endpoints_.find(worker);
  if (found == endpoints_.end()) co_return;
  WorkerEndpoint endpoint = std::move(found->second);
  endpoints_.erase(found);
  reported_.erase(worker);
  co_await endpoint.server->close();
  std::error_code ignored;  // what is left is removed with the run folder
  fs::remove_all(endpoint.folder, ignored);
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
  const auto path = http::parse_target(request.target).path;
  if (request.method == "GET" && path.starts_with("/v1/programs/"))
    co_return program(worker, path.substr(13));
  if (request.method == "GET" && path.starts_with("/v1/bundles/")) co_return bundle(worker, path.substr(12));
  if (request.method != "POST")
    co_return problem(405, "only POST is answered here, and GET for programs and bundles");
  if (path == "/v1/hello") co_return co_await hello(worker, request);
  if (path == "/v1/lease") co_return co_await lease(worker, request);
  if (path == "/v1/heartbeat") co_return heartbeat(worker, request);
  if (path == "/v1/goodbye") co_return goodbye(worker, request);
  if (const auto lease = lease_path(path)) {
    if (lease->verb == "results") co_return co_await results(worker, lease->lease, request);
    if (lease->verb == "failed") co_return co_await failed(worker, lease->lease, request);
  }
  co_return problem(404, "protocol v1 has no " + path);
}

Task<http::Response> Gateway::hello(WorkerId worker, const http::Request& request) {
  const auto hello = protocol::from_json<protocol::Hello>(request.body);
  if (!hello) co_return problem(400, hello.error().message);
  if (hello->protocol != protocol::kVersion) {
    co_return problem(426, "this controller speaks version 1 of the worker protocol");
  }
  if (!co_await orchestrator_.hello(worker)) co_return problem(410, "no worker is expected here any more");
  const protocol::Welcome welcome{.protocol = protocol::kVersion,
                                  .controller = options_.controller_id,
                                  .heartbeat_every = kHeartbeatEvery,
                                  .lease_wait = std::chrono::duration<double>(kLeaseWait).count(),
                                  .silence_limit = kSilenceLimit};
  co_return json_reply(protocol::to_json(welcome));
}

Task<http::Response> Gateway::lease(WorkerId worker, const http::Request& request) {
  auto answer = co_await orchestrator_.lease(worker, kLeaseWait);
  if (std::holds_alternative<orchestrator::Leave>(answer))
    co_return problem(410, "there is nothing more to do");
  if (std::holds_alternative<orchestrator::NothingYet>(answer)) {
    co_return http::Response{.status = 204, .headers = {}, .body = {}, .stream = {}};
  }
  const auto* experiment = experiment_of(worker);
  if (!experiment) co_return problem(410, "there is nothing more to do");
  reported_[worker] = 0;
  const auto grant = grant_of(std::get<experiment::Lease>(answer), *experiment);
  const bool columns = request.headers.get("Accept").find(protocol::kColumnsType) != std::string_view::npos;
  co_return columns ? reply(protocol::kColumnsType, protocol::to_columns(grant))
                    : json_reply(protocol::to_json(grant));
}

Task<http::Response> Gateway::results(WorkerId worker, LeaseId lease, const http::Request& request) {
  const bool columns = request.headers.get("Content-Type") == protocol::kColumnsType;
  auto chunk = columns ? protocol::from_columns<protocol::ResultChunk>(request.body)
                       : protocol::from_json<protocol::ResultChunk>(request.body);
  if (!chunk) co_return problem(400, chunk.error().message);
  store::ChunkRow row{.lease = lease,
                      .chunk = chunk->chunk,
                      .worker = worker,
                      .range = {chunk->first, chunk->count},
                      .compute_seconds = chunk->compute_seconds,
                      .body = columns ? request.body : protocol::to_columns(*chunk)};
  const std::string token(request.headers.get(protocol::kLeaseTokenHeader));
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

Task<http::Response> Gateway::failed(WorkerId worker, LeaseId lease, const http::Request& request) {
  auto failure = protocol::from_json<protocol::LeaseFailure>(request.body);
  if (!failure) co_return problem(400, failure.error().message);
  const std::string token(request.headers.get(protocol::kLeaseTokenHeader));
  const bool taken = co_await orchestrator_.fail_lease(worker, lease, token, failure->message);
  co_return taken ? json_reply("{}") : problem(409, "this lease is not yours any more");
}

http::Response Gateway::goodbye(WorkerId worker, const http::Request& request) {
  const auto goodbye = protocol::from_json<protocol::Goodbye>(request.body);
  if (!goodbye) return problem(400, goodbye.error().message);
  if (goodbye->cpu_seconds > 0 || goodbye->memory_bytes > 0) {
    orchestrator_.heartbeat(
        worker, {.cpu_seconds = goodbye->cpu_seconds, .memory_bytes = goodbye->memory_bytes}, false);
  }
  return json_reply("{}");
}

http::Response Gateway::heartbeat(WorkerId worker, const http::Request& request) {
  const auto beat = protocol::from_json<protocol::Heartbeat>(request.body);
  if (!beat) return problem(400, beat.error().message);
  auto& reported = reported_[worker];
  const bool progress = beat->done > reported;
  reported = beat->done;
  orchestrator_.heartbeat(worker, {.cpu_seconds = beat->cpu_seconds, .memory_bytes = beat->memory_bytes},
                          progress);
  protocol::HeartbeatAnswer answer;
  if (beat->lease != 0 && !orchestrator_.holds(worker, LeaseId{beat->lease}))
    answer.revoked.push_back(beat->lease);
  answer.leave = orchestrator_.should_leave(worker);
  return json_reply(protocol::to_json(answer));
}

http::Response Gateway::program(WorkerId worker, const std::string& hash) const {
  if (const auto* experiment = experiment_of(worker)) {
    for (const auto& program : experiment->programs) {
      if (program.hash == hash) return reply("application/octet-stream", program.bytes);
    }
  }
  return problem(404, "no program " + hash);
}

http::Response Gateway::bundle(WorkerId worker, const std::string& hash) const {
  const auto* experiment = experiment_of(worker);
  if (experiment && experiment->bundle_hash == hash) return json_reply(experiment->bundle_json);
  return problem(404, "no bundle " + hash);
}

}  // namespace flowyard::controller::gateway
