#include "controller/fleet/image_fetches.hpp"

#include <optional>

#include "common/base/byte_count.hpp"
#include "common/base/image_reference.hpp"
#include "controller/fleet/fleet.hpp"
#include "docker/client/pull_failure.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;
using Kind = LaunchFailed::Kind;

// Between two messages of the Engine, which comes with every half megabyte: a slow registry is waited for, a
// silent one is not.
constexpr Milliseconds kSilence = std::chrono::minutes(3);

std::string registry_of(const std::string& image) {
  const auto reference = parse_image_reference(image);
  return reference ? reference->registry : image;
}

// The digest under which the registry of `image` has it, or its id where none has.
std::string digest_of(const docker::ImageDetails& details, const std::string& image) {
  const auto wanted = parse_image_reference(image);
  for (const auto& digest : details.digests) {
    const auto reference = parse_image_reference(digest);
    if (wanted && reference && reference->name() == wanted->name()) return to_string(*reference);
  }
  return details.id;
}

Task<std::optional<ImageFound>> look(docker::Engine& engine, std::string image) {
  std::optional<ImageFound> found;
  try {
    const auto details = co_await engine.inspect_image(image);
    found = ImageFound{.id = details.id, .ran = digest_of(details, image)};
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
  }
  co_return found;
}

// What to do about it is said where the user can do it.
[[noreturn]] void tell_failure(const docker::EngineError& error, const std::string& image,
                               bool with_credentials) {
  const std::string what = "the image " + image + " cannot be fetched: ", said = " (" + error.message() + ")";
  const std::string registry = registry_of(image);
  const std::string host = registry == kDefaultRegistry ? "" : " " + registry;
  switch (docker::pull_failure_of(error)) {
    case docker::PullFailure::Missing:
      throw LaunchFailed(Kind::Permanent,
                         what + registry + " has no such repository or tag; look at its name" + said);
    case docker::PullFailure::NoPermission:
      throw LaunchFailed(
          Kind::Permanent,
          what + registry +
              (with_credentials ? " does not let the credentials that were sent do that; log in "
                                  "anew with 'docker login"
                                : " wants to know who asks; log in with 'docker login") +
              host + "' where flowyard is called, and run it again" + said);
    case docker::PullFailure::Damaged:
      throw LaunchFailed(Kind::Permanent, what + "a layer of it is damaged at " + registry +
                                              ": it has to be pushed there again" + said);
    case docker::PullFailure::OutOfReach:
      throw std::runtime_error(what + registry + " does not answer as it should; it is tried again" + said);
    case docker::PullFailure::Other:
      break;
  }
  throw LaunchFailed(Kind::Transient, what + error.message());
}

}  // namespace

// Ends the fetch for those who wait for it, however it ends.
class ImageFetches::UnderWay {
 public:
  UnderWay(ImageFetches& fetches, std::pair<std::string, std::string> key)
      : fetches_(fetches), key_(std::move(key)), fetch_(std::make_shared<Fetch>(fetches.executor_)) {
    fetches_.under_way_[key_] = fetch_;
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    fetch_->ended = true;
    fetches_.under_way_.erase(key_);
    fetch_->changed.notify();
  }
  Fetch& fetch() { return *fetch_; }

 private:
  ImageFetches& fetches_;
  std::pair<std::string, std::string> key_;
  std::shared_ptr<Fetch> fetch_;
};

Task<ImageFound> ImageFetches::fetch(ImageWanted wanted, FetchSink told) {
  const auto reference = parse_image_reference(wanted.image);
  if (!reference) throw LaunchFailed(Kind::Permanent, reference.error().message);
  const bool has_run = wanted.ran.find('@') != std::string::npos;
  const std::string image = has_run ? wanted.ran : to_string(*reference);
  if (has_run || !reference->digest.empty() || wanted.pull != experiment::Pull::Always) {
    const auto there = co_await look(engine_, image);
    if (there) co_return *there;
  }
  if (wanted.pull == experiment::Pull::Never)
    throw LaunchFailed(Kind::Permanent, "there is no image " + wanted.image +
                                            " at the Docker Engine, and it is not to be "
                                            "fetched: docs/runners.md says how to get it");
  if (wanted.needs_login && wanted.registry_auth.empty())
    throw CredentialsNeeded("waits for the credentials of " + reference->registry + ", to fetch the image " +
                            wanted.image +
                            ": the controller keeps them in memory only, and was started anew");
  co_await fetch_once(image, std::move(wanted), std::move(told));
  const auto fetched = co_await look(engine_, image);
  if (!fetched) throw LaunchFailed(Kind::Transient, "the image " + image + " is gone again");
  co_return *fetched;
}

Task<> ImageFetches::fetch_once(std::string image, ImageWanted wanted, FetchSink told) {
  std::pair<std::string, std::string> key(image, wanted.registry_auth.reveal());
  for (;;) {
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) break;
    const auto other = found->second;
    while (!other->ended) {
      told(other->how_far);
      co_await other->changed.wait_past(other->changed.version());
    }
    if (other->succeeded) co_return;
  }
  UnderWay mine(*this, key);
  log_.info("fetching an image", {{"image", image}});
  co_await pull(std::move(image), wanted.registry_auth.reveal(), mine.fetch(), std::move(told));
}

Task<> ImageFetches::pull(std::string image, std::string auth, Fetch& fetch, FetchSink told) {
  const bool with_credentials = !auth.empty();
  docker::PullImage options{.image = image, .registry_auth = std::move(auth)};
  docker::Engine::PullSink sink = [&fetch, &told](const docker::PullProgress& progress) {
    fetch.how_far = describe(progress);
    fetch.changed.notify();
    told(fetch.how_far);
  };
  std::optional<docker::EngineError> refused;
  try {
    told("");
    co_await engine_.pull_image(std::move(options), std::move(sink), kSilence);
    fetch.succeeded = true;
  } catch (const docker::EngineError& error) {
    refused = error;
  }
  if (refused) tell_failure(*refused, image, with_credentials);
}

std::string describe(const docker::PullProgress& progress) {
  const auto bytes = [](std::int64_t count) { return format_bytes(static_cast<std::uint64_t>(count)); };
  if (progress.layers == 0) return "";
  if (progress.layers_done == progress.layers) return "all of it is there";
  const std::string layers =
      std::to_string(progress.layers_done) + " of " + std::to_string(progress.layers) + " layers";
  if (progress.total == 0) return layers;
  if (progress.done == progress.total && progress.layers_sized == progress.layers)
    return "unpacking " + bytes(progress.total) + ", " + layers;
  // More layers are to come, of a size that is not known yet.
  if (progress.layers_sized < progress.layers) return bytes(progress.done) + ", " + layers;
  return bytes(progress.done) + " of " + bytes(progress.total);
}

}  // namespace flowyard::controller::fleet
