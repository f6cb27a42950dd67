// The part of Engine that fetches images from registries.
#include "docker/client/engine.hpp"
#include "docker/client/pull_output.hpp"
#include "docker/client/request.hpp"

namespace flowyard::docker {
namespace {

Call call_to_pull(PullImage options) {
  const std::string& image = options.image;
  Call call;
  call.asked = "pull image " + image;
  call.method = http::Method::Post;
  call.path = "/images/create";
  const auto digest = image.find('@');
  const auto colon = image.rfind(':');
  // A colon before the last slash belongs to a host's port.
  const bool tagged = colon != std::string::npos && image.find('/', colon) == std::string::npos;
  const auto end = digest != std::string::npos ? digest : tagged ? colon : std::string::npos;
  call.query.add("fromImage", image.substr(0, end));
  call.query.add("tag", end == std::string::npos ? "latest" : image.substr(end + 1));
  if (!options.registry_auth.empty())
    call.headers.emplace_back("X-Registry-Auth", std::move(options.registry_auth));
  return call;
}

}  // namespace

Task<> Engine::pull_image(PullImage options, PullSink told, Milliseconds limit) {
  auto body = co_await requester_->open(call_to_pull(std::move(options)), limit);
  PullOutput output;
  for (;;) {
    std::optional<std::string> piece;
    try {
      piece = co_await async::with_timeout(limit, body->read());
    } catch (const async::TimedOut& error) {
      throw ReplyLost(body->asked(), error.what());
    }
    if (!piece) break;
    output.feed(*piece);
    if (told) told(output.progress());
  }
  output.finish();
  if (!output.failure().empty()) throw EngineError(200, output.failure(), body->asked());
}

}  // namespace flowyard::docker
