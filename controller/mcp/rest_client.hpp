// RestClient: the REST API of the same process, asked on behalf of whoever called a tool: the token travels
// along, so that nothing can be reached that REST would refuse.
#pragma once

#include <optional>
#include <string>

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp {

using protocol::Json;

struct Reply {
  int status = 0;
  Json json;         // null where the body is no JSON
  std::string text;  // the body
  bool is_cut = false;

  bool ok() const { return status / 100 == 2; }
};

// Handler of an http::Server, without the server.
using Handler = std::function<async::Task<http::Response>(http::Request)>;

class RestClient {
 public:
  // A header of a client that wants to be kept from changing anything, whatever its token allows.
  static constexpr const char* kAccess = "Flowyard-Access";
  // Of a body that comes as a stream no more is taken.
  static constexpr std::size_t kMostStreamed = 32u << 20;

  RestClient(Handler handler, const protocol::Call& call)
      : handler_(std::move(handler)), call_(call.request) {}

  async::Task<Reply> get(std::string target) const;
  async::Task<Reply> send(http::Method method, std::string target, Json body = nullptr,
                          std::string idempotency_key = "") const;
  // As the stream of events has it, until `wanted` returns false or `limit` has passed, if there is one.
  async::Task<> watch(std::string target, std::optional<Milliseconds> limit,
                      std::function<async::Task<bool>(std::string piece)> wanted) const;

 private:
  http::Request request(http::Method method, std::string target) const;

  Handler handler_;
  http::Request call_;
};

// The cursor of the page that follows; empty: none does.
std::string next_of(const Json& page);

// The resource that an argument names: "/api/v1/experiments/growth" of {"experiment": "growth"}, and `rest`.
std::string path_of(const char* argument, const Json& arguments, const std::string& rest = "");

}  // namespace flowyard::controller::mcp
