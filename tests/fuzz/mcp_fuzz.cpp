// Any body of a request by the Model Context Protocol: it is a message, or refused, and nothing else happens.
#include "controller/mcp/protocol/http_endpoint.hpp"
#include "tests/fuzz/reader_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowyard::controller::mcp::protocol;
  Json message;
  try {
    message = parse_message(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const RpcFailure&) {
    return 0;
  }
  if (!message.is_object()) std::abort();
  const Json copy = message;
  (void)Server::subject_of(copy);
  // What is sent again, as an agent's bridge does, is the same message.
  if (parse_message(copy.dump(-1, ' ', false, Json::error_handler_t::replace)) != message) std::abort();
  return 0;
}
