// Building responses.
#pragma once

#include <string>

#include "common/http/message.hpp"
#include "controller/rest/problem.hpp"

namespace flowyard::controller::rest {

http::Response json_reply(std::string body, int status = 200);
http::Response no_content();
http::Response problem_reply(const rest::Problem& problem);
// For what is wrong with the request itself, rather than with what it asks for.
http::Response problem_reply(int status, std::string word, std::string detail);

inline http::Response problem_reply(const Error& error) {
  return problem_reply(rest::problem_of(error));
}

}  // namespace flowyard::controller::rest
