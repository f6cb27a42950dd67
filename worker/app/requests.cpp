#include "worker/app/requests.hpp"

#include "worker/app/human_format.hpp"
#include "worker/protocol/columns.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

http::Request post(std::string target, std::string body, const char* type) {
  http::Request request;
  request.method = http::Method::Post;
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers.set("Content-Type", type);
  return request;
}

std::string lease_target(std::int64_t lease, const char* what) {
  return "/v1/leases/" + std::to_string(lease) + "/" + what;
}

}  // namespace

http::Request lease_request() {
  http::Request request = post("/v1/lease", "{}", protocol::kJsonType);
  request.headers.set("Accept", std::string(protocol::kColumnsType) + ", " + protocol::kJsonType);
  return request;
}

http::Request material_request(const MaterialName& name) {
  http::Request request;
  request.target =
      (name.kind == Material::Program ? "/v1/programs/" : "/v1/bundles/") + http::percent_encode(name.hash);
  return request;
}

http::Request results_request(std::int64_t lease, const std::string& token,
                              const protocol::ResultChunk& chunk) {
  http::Request request =
      post(lease_target(lease, "results"), protocol::to_columns(chunk), protocol::kColumnsType);
  request.headers.set(protocol::kLeaseTokenHeader, token);
  return request;
}

http::Request file_request(std::int64_t lease, const std::string& token, std::string content) {
  http::Request request = post(lease_target(lease, "files"), std::move(content), "application/octet-stream");
  request.headers.set(protocol::kLeaseTokenHeader, token);
  return request;
}

http::Request failure_request(std::int64_t lease, const std::string& token,
                              const protocol::LeaseFailure& failure) {
  http::Request request =
      post(lease_target(lease, "failed"), protocol::to_json(failure), protocol::kJsonType);
  request.headers.set(protocol::kLeaseTokenHeader, token);
  return request;
}

http::Request heartbeat_request(const protocol::Heartbeat& heartbeat) {
  return post("/v1/heartbeat", protocol::to_json(heartbeat), protocol::kJsonType);
}

http::Request goodbye_request(const protocol::Goodbye& goodbye) {
  return post("/v1/goodbye", protocol::to_json(goodbye), protocol::kJsonType);
}

Result<protocol::LeaseGrant> read_grant(const http::Response& response) {
  return response.headers.get("Content-Type") == protocol::kColumnsType
             ? protocol::from_columns<protocol::LeaseGrant>(response.body)
             : protocol::from_json<protocol::LeaseGrant>(response.body);
}

std::string handed_line(const protocol::LeaseGrant& grant) {
  std::string line = "handed " + (grant.scenario.empty() ? "a lease" : grant.scenario) + ", " +
                     count_text(grant.count, "iteration");
  if (grant.count == 0) return line;
  line += grant.count == 1 ? " (scenario " : " (scenarios ";
  line += std::to_string(grant.first);
  if (grant.count > 1) line += "-" + std::to_string(grant.first + grant.count - 1);
  return line + ")";
}

std::string progress_line(std::uint64_t done, std::uint64_t count) {
  return number_text(done) + " of " + count_text(count, "iteration") + " done";
}

std::string done_line(std::uint64_t count, std::uint64_t failed, double seconds) {
  return count_text(count, "iteration") + " done in " + span_text(seconds) +
         (failed > 0 ? ", " + number_text(failed) + " of them failed" : ", results taken");
}

}  // namespace flowyard::worker::app
