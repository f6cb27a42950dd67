// The part of Engine that fetches images from registries.
#include "common/base/image_reference.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/pull_output.hpp"
#include "docker/client/request.hpp"

namespace flowyard::docker {
namespace {

Call call_to_pull(PullImage options) {
  Call call;
  call.asked = "pull image " + options.image;
  call.method = http::Method::Post;
  call.path = "/images/create";
  const auto reference = parse_image_reference(options.image);
  if (!reference) throw EngineError(400, reference.error().message, call.asked);
  call.query.add("fromImage", reference->name());
  call.query.add("tag", reference->digest.empty() ? reference->tag : reference->digest);
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
