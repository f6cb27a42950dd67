#include "tests/support/scripted_engine.hpp"

#include <cstdint>
#include <cstdio>

namespace flowyard::test {
namespace {

std::string ping_answer(const std::string& api_version, const std::string& more) {
  const std::string version = api_version.empty() ? "" : "Api-Version: " + api_version + "\r\n";
  return "HTTP/1.1 200 OK\r\n" + version + more + "Content-Length: 2\r\n\r\nOK";
}

docker::EngineAddress address_of(const ScriptedServer& server) {
  return docker::EngineAddress{.endpoint = server.endpoint(), .tls = std::nullopt};
}

}  // namespace

Step offer(const std::string& api_version) {
  return send_bytes(ping_answer(api_version, ""));
}

Step offer_and_close(const std::string& api_version) {
  return send_bytes(ping_answer(api_version, "Connection: close\r\n"));
}

Step refuse(int status, const std::string& text) {
  return respond(status, "{\"message\":\"" + text + "\"}\n");
}

Step begin_chunks(const std::string& type) {
  return send_bytes("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
}

Step chunk(const std::string& bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return send_bytes(size + bytes + "\r\n");
}

std::string log_frame(char stream, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string out{stream, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  return out + text;
}

Script after_ping(Script steps) {
  Script script{read_request(), offer("1.41")};
  script.insert(script.end(), steps.begin(), steps.end());
  return script;
}

ScriptedEngine::ScriptedEngine(std::vector<Script> scripts)
    : server_(std::move(scripts)), engine_(io_.get_executor(), address_of(server_)) {}

std::string ScriptedEngine::line(std::size_t n) const {
  const std::string request = requests().at(n);
  return request.substr(0, request.find(" HTTP/"));
}

std::string ScriptedEngine::body(std::size_t n) const {
  const std::string request = requests().at(n);
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace flowyard::test
