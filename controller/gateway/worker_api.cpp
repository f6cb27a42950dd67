#include "controller/gateway/worker_api.hpp"

#include <algorithm>
#include <charconv>

#include "common/base/byte_count.hpp"
#include "controller/gateway/grants.hpp"
#include "controller/gateway/replies.hpp"
#include "controller/gateway/result_check.hpp"
#include "worker/protocol/columns.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::controller::gateway {

using async::Task;
using experiment::LeaseId;
using experiment::WorkerId;
namespace protocol = worker::protocol;

namespace {

constexpr double kHeartbeatEvery = 1;  // seconds
constexpr Milliseconds kLeaseWait{20'000};
constexpr std::size_t kLongestReason = 4096;  // of what is kept of a scenario's failure
// What the files that the programs of one experiment write may come to.
constexpr std::uint64_t kMostFiles = std::uint64_t{4} << 30;
constexpr double kSilenceLimit = 120;  // longer than a controller's restart and an Engine's recovery

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

// The causes that a worker may report for a scenario: those that are the scenario's own.
experiment::DeathCause cause_of_scenario(const std::string& word) {
  const auto cause = experiment::death_cause_from(word);
  const bool is_its_own = cause == experiment::DeathCause::Oom || cause == experiment::DeathCause::Timeout;
  return is_its_own ? *cause : experiment::DeathCause::AppExit;
}

http::Response reply_to(const store::CommitResult& result) {
  if (result.outcome == store::Commit::Stale) return problem(409, "this lease is not yours any more");
  const bool done = result.lease.committed == result.lease.range.count;
  return json_reply("{\"committed\":" + std::to_string(result.lease.committed) +
                    ",\"done\":" + (done ? "true" : "false") + "}");
}

}  // namespace

struct WorkerApi::Routes {
  struct Row {
    http::Method method;
    std::string_view pattern;
    Task<http::Response> (WorkerApi::*action)(const Call& call);
  };
  static constexpr Row kTable[] = {
      {http::Method::Post, "/v1/hello", &WorkerApi::hello},
      {http::Method::Post, "/v1/lease", &WorkerApi::lease},
      {http::Method::Post, "/v1/heartbeat", &WorkerApi::heartbeat},
      {http::Method::Post, "/v1/goodbye", &WorkerApi::goodbye},
      {http::Method::Post, "/v1/leases/{lease}/results", &WorkerApi::results},
      {http::Method::Post, "/v1/leases/{lease}/files", &WorkerApi::file},
      {http::Method::Post, "/v1/leases/{lease}/failed", &WorkerApi::failed},
      {http::Method::Get, "/v1/programs/{hash...}", &WorkerApi::program},
      {http::Method::Get, "/v1/bundles/{hash...}", &WorkerApi::bundle},
  };
};

WorkerApi::WorkerApi(orchestrator::Orchestrator& orchestrator, std::string controller_id, Log log)
    : orchestrator_(orchestrator), controller_id_(std::move(controller_id)), log_(std::move(log)) {}

const orchestrator::ActiveExperiment* WorkerApi::experiment_of(WorkerId worker) const {
  const auto* live = orchestrator_.worker(worker);
  return live ? orchestrator_.experiment(live->worker.experiment) : nullptr;
}

Task<http::Response> WorkerApi::answer(WorkerId worker, http::Request request) {
  auto routing =
      http::find_route(std::span<const Routes::Row>(Routes::kTable), request.method, request.target);
  if (auto* match = std::get_if<http::Match<Routes::Row>>(&routing)) {
    const auto action = match->row->action;
    const Call call{
        .worker = worker, .request = std::move(request), .parameters = std::move(match->parameters)};
    co_return co_await answered(action, call);
  }
  if (request.method != http::Method::Post)
    co_return problem(405, "only POST is answered here, and GET for programs and bundles");
  co_return no_such_path(request);
}

// While the store fails, most likely because of a full disk, the worker keeps its results and retries.
Task<http::Response> WorkerApi::answered(Action action, const Call& call) {
  std::string failure;
  try {
    co_return co_await (this->*action)(call);
  } catch (const store::StoreFailure& full) {
    failure = full.what();
  }
  log_.error("a worker cannot be answered now; it will ask again", {{"error", failure}});
  co_return problem(503, "nothing can be stored now: " + failure);
}

Task<http::Response> WorkerApi::hello(const Call& call) {
  const auto hello = protocol::from_json<protocol::Hello>(call.request.body);
  if (!hello) co_return problem(400, hello.error().message);
  if (hello->protocol != protocol::kVersion) {
    co_return problem(426, "this controller speaks version 1 of the worker protocol");
  }
  if (!co_await orchestrator_.hello(call.worker))
    co_return problem(410, "no worker is expected here any more");
  const protocol::Welcome welcome{.protocol = protocol::kVersion,
                                  .controller = controller_id_,
                                  .heartbeat_every = kHeartbeatEvery,
                                  .lease_wait = std::chrono::duration<double>(kLeaseWait).count(),
                                  .silence_limit = kSilenceLimit};
  co_return json_reply(protocol::to_json(welcome));
}

Task<http::Response> WorkerApi::lease(const Call& call) {
  auto answer = co_await orchestrator_.lease(call.worker, kLeaseWait);
  if (std::holds_alternative<orchestrator::Leave>(answer))
    co_return problem(410, "there is nothing more to do");
  if (std::holds_alternative<orchestrator::NothingYet>(answer)) {
    co_return http::Response{.status = 204, .headers = {}, .body = {}, .stream = {}};
  }
  const auto* experiment = experiment_of(call.worker);
  if (!experiment) co_return problem(410, "there is nothing more to do");
  reported_[call.worker] = {};
  const auto grant = grant_of(std::get<experiment::Lease>(answer), *experiment);
  const bool columns =
      call.request.headers.get("Accept").find(protocol::kColumnsType) != std::string_view::npos;
  co_return columns ? reply(protocol::kColumnsType, protocol::to_columns(grant))
                    : json_reply(protocol::to_json(grant));
}

// Of a lease that the worker holds; null for one that is not held any more, which the store refuses or
// recognises as stored.
const experiment::ExpectedResults* WorkerApi::expected_of(WorkerId worker, LeaseId lease) const {
  const auto held = orchestrator_.held_lease(worker, lease);
  const auto* experiment = experiment_of(worker);
  if (!held || !experiment) return nullptr;
  const auto named = experiment->queue.space().group_of(held->range.first).named;
  return named < experiment->expected.size() ? &experiment->expected[named] : nullptr;
}

Task<http::Response> WorkerApi::results(const Call& call) {
  const auto lease = lease_of(call.parameters.at(0));
  if (!lease) co_return no_such_path(call.request);
  const bool columns = call.request.headers.get("Content-Type") == protocol::kColumnsType;
  auto chunk = columns ? protocol::from_columns<protocol::ResultChunk>(call.request.body)
                       : protocol::from_json<protocol::ResultChunk>(call.request.body);
  if (!chunk) co_return problem(400, chunk.error().message);
  const std::string token(call.request.headers.get(protocol::kLeaseTokenHeader));
  if (!chunk->failed.empty()) co_return co_await failures(call.worker, *lease, *chunk, token);
  const auto* expected = expected_of(call.worker, *lease);
  if (const std::string misfit = expected ? misfit_of(*chunk, *expected) : ""; !misfit.empty()) {
    const std::string message = "results do not fit what was asked for: " + misfit;
    const bool was_its_own = co_await orchestrator_.fail_lease(call.worker, *lease, token, message);
    co_return was_its_own ? problem(422, message) : problem(409, "this lease is not yours any more");
  }
  store::ChunkRow row{.lease = *lease,
                      .chunk = chunk->chunk,
                      .worker = call.worker,
                      .range = {chunk->first, chunk->count},
                      .compute_seconds = chunk->compute_seconds,
                      .body = columns ? call.request.body : protocol::to_columns(*chunk)};
  if (!chunk->files.empty()) {
    for (auto& file : chunk->files)
      row.files.push_back(
          {.scenario = file.scenario, .name = std::move(file.name), .hash = std::move(file.sha256)});
    // Kept in a table of their own.
    chunk->files.clear();
    row.body = protocol::to_columns(*chunk);
  }
  const auto* experiment = experiment_of(call.worker);
  if (expected && experiment && experiment->spec.not_finite != experiment::NotFinite::Ignore) {
    row.not_finite = not_finite_in(*chunk, *expected);
    row.not_finite_fails = experiment->spec.not_finite == experiment::NotFinite::Fail;
  }
  co_return reply_to(co_await orchestrator_.commit(std::move(row), token));
}

Task<http::Response> WorkerApi::file(const Call& call) {
  const auto lease = lease_of(call.parameters.at(0));
  if (!lease) co_return no_such_path(call.request);
  const std::string token(call.request.headers.get(protocol::kLeaseTokenHeader));
  const auto hash =
      co_await orchestrator_.keep_file(call.worker, *lease, token, call.request.body, kMostFiles);
  if (hash) {
    const protocol::KeptFile kept{.sha256 = *hash};
    co_return json_reply(protocol::to_json(kept));
  }
  if (hash.error().code == ErrorCode::Conflict) co_return problem(409, hash.error().message);
  co_return problem(422, "the files of an experiment may come to " + format_bytes(kMostFiles) + " at most");
}

Task<http::Response> WorkerApi::failures(WorkerId worker, LeaseId lease, const protocol::ResultChunk& chunk,
                                         const std::string& token) {
  store::FailedChunkRow row{.lease = lease,
                            .chunk = chunk.chunk,
                            .worker = worker,
                            .range = {chunk.first, chunk.count},
                            .again = {},
                            .given_up = {}};
  std::vector<orchestrator::Loss> losses;
  for (const auto& failed : chunk.failed) {
    losses.push_back({.as = experiment::LeaseState::Done,
                      .cause = cause_of_scenario(failed.cause),
                      .reason = failed.message.substr(0, kLongestReason),
                      .worker = {}});
  }
  co_return reply_to(co_await orchestrator_.commit(std::move(row), std::move(losses), token));
}

Task<http::Response> WorkerApi::failed(const Call& call) {
  const auto lease = lease_of(call.parameters.at(0));
  if (!lease) co_return no_such_path(call.request);
  auto failure = protocol::from_json<protocol::LeaseFailure>(call.request.body);
  if (!failure) co_return problem(400, failure.error().message);
  const std::string token(call.request.headers.get(protocol::kLeaseTokenHeader));
  const bool taken = co_await orchestrator_.fail_lease(call.worker, *lease, token, failure->message);
  co_return taken ? json_reply("{}") : problem(409, "this lease is not yours any more");
}

Task<http::Response> WorkerApi::goodbye(const Call& call) {
  const auto goodbye = protocol::from_json<protocol::Goodbye>(call.request.body);
  if (!goodbye) co_return problem(400, goodbye.error().message);
  if (goodbye->cpu_seconds > 0 || goodbye->memory_bytes > 0) {
    orchestrator_.heartbeat(
        call.worker, {.cpu_seconds = goodbye->cpu_seconds, .memory_bytes = goodbye->memory_bytes}, false);
  }
  co_return json_reply("{}");
}

Task<http::Response> WorkerApi::heartbeat(const Call& call) {
  const auto beat = protocol::from_json<protocol::Heartbeat>(call.request.body);
  if (!beat) co_return problem(400, beat.error().message);
  auto& reported = reported_[call.worker];
  const std::pair now(beat->done, beat->progress);
  const bool progress = now > reported;
  reported = now;
  orchestrator_.heartbeat(call.worker,
                          {.cpu_seconds = beat->cpu_seconds,
                           .memory_bytes = beat->memory_bytes,
                           .progress = std::clamp(beat->progress, 0.0, 1.0)},
                          progress);
  protocol::HeartbeatAnswer answer;
  if (beat->lease != 0 && !orchestrator_.holds(call.worker, LeaseId{beat->lease}))
    answer.revoked.push_back(beat->lease);
  answer.leave = orchestrator_.should_leave(call.worker);
  co_return json_reply(protocol::to_json(answer));
}

Task<http::Response> WorkerApi::program(const Call& call) {
  const std::string& hash = call.parameters.at(0);
  if (const auto* experiment = experiment_of(call.worker)) {
    for (const auto& program : experiment->programs) {
      if (program.hash == hash) co_return reply("application/octet-stream", program.bytes);
    }
  }
  co_return problem(404, "no program " + hash);
}

Task<http::Response> WorkerApi::bundle(const Call& call) {
  const std::string& hash = call.parameters.at(0);
  const auto* experiment = experiment_of(call.worker);
  if (experiment && experiment->bundle_hash == hash) co_return json_reply(experiment->bundle_json);
  co_return problem(404, "no bundle " + hash);
}

}  // namespace flowyard::controller::gateway
