#include "tests/support/protocol_controller.hpp"

#include "common/async/timeout.hpp"
#include "worker/protocol/columns.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::test {
namespace {

using namespace std::chrono_literals;
namespace protocol = worker::protocol;

constexpr Milliseconds kPatience = 30s;  // of a test with a worker on a busy machine

http::Response reply(int status, std::string body = "{}", const char* type = protocol::kJsonType) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.set("Content-Type", type);
  return response;
}

http::Response problem(int status, const std::string& detail) {
  return reply(status, R"({"status":)" + std::to_string(status) + R"(,"detail":")" + detail + "\"}",
               "application/problem+json");
}

async::Task<> cut_off(http::BodyWriter& body) {
  co_await body.write(R"({"comm)");
  throw std::runtime_error("the reply is lost, as the test wants it");
}

async::Task<> wait_for(async::Event& event, std::function<bool()> holds) {
  for (auto seen = event.version(); !holds(); seen = event.version()) co_await event.wait_past(seen);
}

}  // namespace

ProtocolController::ProtocolController(async::Executor executor, std::string socket, std::string worker_token)
    : executor_(executor), socket_(std::move(socket)), token_(std::move(worker_token)), event_(executor) {
  welcome.controller = "first";
  welcome.heartbeat_every = 0.05;
  welcome.lease_wait = 0.2;
  welcome.silence_limit = 30;
}

void ProtocolController::open() {
  const http::Endpoint endpoint{.kind = http::Endpoint::Kind::Unix, .path = socket_, .host = {}, .port = 0};
  const http::ServerOptions options;
  server_ = std::make_unique<http::Server>(
      executor_, endpoint, [this](http::Request request) { return handle(std::move(request)); }, options,
      Log{});
}

async::Task<> ProtocolController::close() {
  if (server_) co_await server_->close();
  server_.reset();
}

async::Task<> ProtocolController::restart() {
  co_await close();
  greeted_ = false;
  welcome.controller = "second";
  open();
}

async::Task<> ProtocolController::until(std::function<bool()> holds) {
  auto waiting = wait_for(event_, std::move(holds));
  co_await async::with_timeout(kPatience, std::move(waiting));
}

async::Task<http::Response> ProtocolController::handle(http::Request request) {
  http::Response response;
  if (request.headers.get("Authorization") != "Bearer " + token_) {
    response = problem(401, "unknown worker or token");
  } else if (request.target == "/v1/hello") {
    response = hello(request);
  } else if (!greeted_) {
    response = problem(401, "say hello first");
  } else {
    response = co_await route(std::move(request));
  }
  event_.notify();
  co_return response;
}

async::Task<http::Response> ProtocolController::route(http::Request request) {
  const std::string& target = request.target;
  if (request.method == http::Method::Get) co_return hand_out(target);
  if (target == "/v1/lease") {
    co_return co_await lease(request.headers.get("Accept").find(protocol::kColumnsType) !=
                             std::string_view::npos);
  }
  if (target == "/v1/heartbeat") co_return heartbeat(request);
  if (target == "/v1/goodbye") {
    const auto goodbye = protocol::from_json<protocol::Goodbye>(request.body);
    goodbyes.push_back(goodbye ? goodbye->reason : "not readable");
    co_return reply(200);
  }
  const std::string prefix = "/v1/leases/";
  if (target.starts_with(prefix)) {
    const std::int64_t id = std::stoll(target.substr(prefix.size()));
    if (target.ends_with("/results")) co_return results(id, request);
    if (target.ends_with("/failed")) co_return failed(id, request);
  }
  take_fault(false, "unknown request " + std::string(to_string(request.method)) + " " + target);
  co_return problem(404, "no such thing");
}

http::Response ProtocolController::hello(const http::Request& request) {
  const auto said = protocol::from_json<protocol::Hello>(request.body);
  if (!take_fault(said.has_value(), "a hello that cannot be read")) return problem(400, "not a hello");
  hellos.push_back(*said);
  if (hello_status != 200) return problem(hello_status, "as the test wants it");
  greeted_ = true;
  return reply(200, protocol::to_json(welcome));
}

async::Task<http::Response> ProtocolController::lease(bool columns) {
  ++lease_requests;
  event_.notify();
  const auto wait = Milliseconds(static_cast<Milliseconds::rep>(welcome.lease_wait * 1000));
  try {
    auto waiting = wait_for(event_, [this] { return gone || !leases.empty(); });
    co_await async::with_timeout(wait, std::move(waiting));
  } catch (const async::TimedOut&) {
    ++unanswered;
    co_return reply(204, "");
  }
  if (leases.empty()) co_return problem(410, "nothing more to do");
  const protocol::LeaseGrant grant = leases.front();
  leases.pop_front();
  tokens_[grant.lease] = grant.token;
  co_return columns ? reply(200, protocol::to_columns(grant), protocol::kColumnsType)
                    : reply(200, protocol::to_json(grant));
}

http::Response ProtocolController::hand_out(const std::string& target) {
  fetched.insert(target);
  const std::string programs_at = "/v1/programs/";
  if (target.starts_with(programs_at)) {
    const auto found = programs.find(target.substr(programs_at.size()));
    if (found != programs.end()) return reply(200, found->second, "application/octet-stream");
  }
  if (target.starts_with("/v1/bundles/")) {
    return reply(200,
                 R"({"file_name":"x.yaml","text":"model: m.yaml","files":[{"path":"m.yaml","content":""}]})");
  }
  return problem(404, "no such thing");
}

http::Response ProtocolController::results(std::int64_t id, const http::Request& request) {
  const bool columns = request.headers.get("Content-Type") == protocol::kColumnsType;
  auto chunk = columns ? protocol::from_columns<protocol::ResultChunk>(request.body)
                       : protocol::from_json<protocol::ResultChunk>(request.body);
  if (!take_fault(chunk.has_value(), "results that cannot be read")) return problem(400, "not results");
  const std::string token(request.headers.get(protocol::kLeaseTokenHeader));
  take_fault(token == tokens_[id], "results with another token than the lease's");
  posted.push_back({.lease = id, .token = token, .columns = columns, .chunk = *chunk});
  if (lost.contains(id)) return problem(409, "not yours any more");
  if (results_to_refuse > 0) {
    --results_to_refuse;
    return problem(503, "the disk is busy");
  }
  committed.insert({id, chunk->chunk});
  http::Response taken = reply(200, R"({"committed":)" + std::to_string(chunk->count) + R"(,"done":false})");
  if (replies_to_lose > 0) {
    --replies_to_lose;
    taken.stream = cut_off;
  }
  return taken;
}

http::Response ProtocolController::failed(std::int64_t id, const http::Request& request) {
  const auto failure = protocol::from_json<protocol::LeaseFailure>(request.body);
  if (!take_fault(failure.has_value(), "a failure that cannot be read")) return problem(400, "not a failure");
  take_fault(request.headers.get(protocol::kLeaseTokenHeader) == tokens_[id],
             "a failure with another token than the lease's");
  failures[id] = failure->message;
  return reply(200);
}

http::Response ProtocolController::heartbeat(const http::Request& request) {
  const auto beat = protocol::from_json<protocol::Heartbeat>(request.body);
  if (!take_fault(beat.has_value(), "a heartbeat that cannot be read")) return problem(400, "no heartbeat");
  heartbeats.push_back(*beat);
  return reply(200, protocol::to_json(protocol::HeartbeatAnswer{.revoked = revoked, .leave = false}));
}

bool ProtocolController::take_fault(bool holds, const std::string& fault) {
  if (!holds) faults.push_back(fault);
  return holds;
}

}  // namespace flowyard::test
