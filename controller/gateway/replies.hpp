// The plain replies of the gateway.
#pragma once

#include <string>

#include "common/http/message.hpp"

namespace flowyard::controller::gateway {

http::Response reply(const std::string& content_type, std::string body);
http::Response json_reply(std::string body);
// RFC 9457, so that authors of workers see the reason.
http::Response problem(int status, const std::string& detail);

}  // namespace flowyard::controller::gateway
