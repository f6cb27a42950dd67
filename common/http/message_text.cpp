#include "common/http/message_text.hpp"

#include <algorithm>
#include <stdexcept>

namespace flowyard::http {

namespace {

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void check_field(const std::string& name, const std::string& value) {
  if (!is_token(name)) throw std::invalid_argument("'" + name + "' is not the name of an HTTP header");
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; }))
    throw std::invalid_argument("the HTTP header " + name + " has a control character in its value");
}

// Fields that say how a message is framed are ours to write.
bool is_framing(const std::string& name) {
  return same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding") ||
         same_name(name, "Connection");
}

void append_fields(std::string& head, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (is_framing(name)) continue;
    check_field(name, value);
    head.append(name).append(": ").append(value).append("\r\n");
  }
}

}  // namespace

std::string head_of(const Request& request, const std::string& host) {
  const auto breaks_out = [](char c) { return is_control(c) || c == ' '; };
  if (request.target.empty() || std::any_of(request.target.begin(), request.target.end(), breaks_out))
    throw std::invalid_argument("'" + request.target + "' is not a request target: percent-encode its parts");
  std::string head = std::string(to_string(request.method)) + " " + request.target + " HTTP/1.1\r\n";
  if (!request.headers.has("Host")) head += "Host: " + host + "\r\n";
  append_fields(head, request.headers);
  const bool has_body =
      request.method == Method::Post || request.method == Method::Put || request.method == Method::Patch;
  if (has_body || !request.body.empty())
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return head += "\r\n";
}

std::string head_of(const Response& response, Framing framing, After after) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + " " + reason_of(response.status) + "\r\n";
  append_fields(head, response.headers);
  if (framing == Framing::Chunked) head += "Transfer-Encoding: chunked\r\n";
  if (framing == Framing::Length && !never_has_body(response.status))
    head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (after == After::Close) head += "Connection: close\r\n";
  return head += "\r\n";
}

bool never_has_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

Response bare_problem(int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  response.body = R"({"type":"about:blank","title":")" + reason_of(status) + R"(","status":)" +
                  std::to_string(status) + "}";
  return response;
}

}  // namespace flowyard::http
