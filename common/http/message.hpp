// Request and Response: HTTP/1.1 messages as plain values. Nothing outside common/http and common/tls sees
// Beast, which costs seconds of compile time for every file that includes it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/async/task.hpp"
#include "common/http/method.hpp"

namespace flowyard::http {

// Whether two header names are the same, ignoring ASCII case.
bool same_name(std::string_view a, std::string_view b);

// Header fields in order; names are compared ignoring case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  // The first field of that name, or empty.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void add(std::string_view name, std::string value);
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  Method method = Method::Get;
  std::string target = "/";  // origin form: path and query, percent-encoded
  Headers headers;
  std::string body;
  // Server side only: the address that the connection came to, as text ("192.0.2.7", "::1"); empty on a unix
  // socket.
  std::string arrived_at = {};
};

// Where a streamed body is written to, chunk by chunk. write() throws when the peer has gone.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  virtual async::Task<> write(std::string chunk) = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // Server side only: when set, `body` is ignored and this produces a chunked body until it returns.
  std::function<async::Task<>(BodyWriter&)> stream;
};

// The parts of a request target, percent-decoded.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;

  // The first value of that key, or nothing.
  std::optional<std::string> get(std::string_view key) const;
};
Target parse_target(std::string_view target);

// Percent-encodes everything but unreserved characters (RFC 3986, 2.3).
std::string percent_encode(std::string_view text);

// The standard reason phrase of a status (RFC 9110), or "Unknown".
std::string reason_of(int status);

}  // namespace flowyard::http
