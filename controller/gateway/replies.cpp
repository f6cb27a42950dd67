#include "controller/gateway/replies.hpp"

#include <nlohmann/json.hpp>

namespace flowyard::controller::gateway {

http::Response reply(const std::string& content_type, std::string body) {
  return {.status = 200, .headers = {{"Content-Type", content_type}}, .body = std::move(body), .stream = {}};
}

http::Response json_reply(std::string body) {
  return reply("application/json", std::move(body));
}

http::Response problem(int status, const std::string& detail) {
  const nlohmann::json body{
      {"type", "about:blank"}, {"title", http::reason_of(status)}, {"status", status}, {"detail", detail}};
  auto response =
      reply("application/problem+json", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  response.status = status;
  return response;
}

}  // namespace flowyard::controller::gateway
