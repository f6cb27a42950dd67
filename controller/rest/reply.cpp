#include "controller/rest/reply.hpp"

namespace flowyard::controller::rest {

http::Response json_reply(std::string body, int status) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

http::Response problem_reply(const rest::Problem& problem) {
  http::Response response;
  response.status = problem.status;
  response.headers.set("Content-Type", "application/problem+json");
  response.body = rest::to_json(problem);
  return response;
}

http::Response problem_reply(int status, std::string word, std::string detail) {
  rest::Problem problem;
  problem.type = "urn:flowyard:problem:" + std::move(word);
  problem.title = http::reason_of(status);
  problem.status = status;
  problem.detail = std::move(detail);
  return problem_reply(problem);
}

}  // namespace flowyard::controller::rest
