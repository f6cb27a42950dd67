// Requester: sends the requests of all calls: HTTP, the version prefix and its negotiation, and the meaning
// of error statuses. Owned by Engine; runs on the executor that it was made with, which is serial. Calls may
// run side by side.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/http/client.hpp"
#include "docker/client/address.hpp"
#include "docker/client/errors.hpp"
#include "docker/client/query.hpp"
#include "docker/client/version.hpp"

namespace flowyard::docker {

// One call of the API, without its version prefix.
struct Call {
  std::string asked;  // for messages: "create container novel-poodle"
  http::Method method = http::Method::Get;
  std::string path;  // "/containers/json"
  Query query;
  std::string body;
  std::string content_type;                                       // of the body; empty: it has none
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside those that every call has
};

// What is left of a time limit.
class Deadline {
 public:
  explicit Deadline(Milliseconds limit) : end_(std::chrono::steady_clock::now() + limit) {}
  Milliseconds left() const;

 private:
  std::chrono::steady_clock::time_point end_;
};

// The body of a streamed answer, whose breaking off is a ReplyLost.
class Body {
 public:
  Body(std::string asked, std::unique_ptr<http::ResponseStream> stream)
      : asked_(std::move(asked)), stream_(std::move(stream)) {}

  // The next piece, or nothing at the end. Waits without a limit; cancelling is safe.
  async::Task<std::optional<std::string>> read();

  const http::Headers& headers() const { return stream_->head().headers; }
  const std::string& asked() const { return asked_; }

 private:
  std::string asked_;
  std::unique_ptr<http::ResponseStream> stream_;
};

class Requester {
 public:
  Requester(async::Executor executor, EngineAddress address, http::Connector connector);

  // The whole answer, of status below 400, within `limit`. Throws EngineError, EngineUnreachable or ReplyLost
  // (also when the limit passes: the Engine may still act).
  async::Task<http::Response> send(Call call, Milliseconds limit);

  // The same, but returns when the headers are there, within `limit`.
  async::Task<std::unique_ptr<Body>> open(Call call, Milliseconds limit);

  // Without a version prefix, for /_ping alone.
  async::Task<http::Response> send_unversioned(Call call, Milliseconds limit);

  // The version that calls are made with; asks the Engine when it is not known.
  async::Task<ApiVersion> version(Deadline deadline);

  const EngineAddress& address() const { return address_; }

 private:
  async::Task<http::Response> exchange(http::Request request, std::string asked, Milliseconds limit);
  async::Task<std::unique_ptr<http::ResponseStream>> begin(http::Request request, std::string asked,
                                                           Milliseconds limit);
  // Handles a refusal of the requested API version.
  void renegotiate(const std::string& refusal);
  [[noreturn]] void rethrow_translated(const std::string& asked);

  EngineAddress address_;
  http::Client client_;
  std::optional<ApiVersion> version_;  // reset whenever a connection fails: another Engine may answer next
};

}  // namespace flowyard::docker
