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
      throw RegistryAway(what + registry + " does not answer as it should" + said);
    case docker::PullFailure::Other:
      break;
  }
  throw LaunchFailed(Kind::Transient, what + error.message());
}

}  // namespace

Task<std::optional<ImageFound>> look_for_image(docker::Engine& engine, std::string image) {
  std::optional<ImageFound> found;
  try {
    const auto details = co_await engine.inspect_image(image);
    found = ImageFound{.id = details.id, .ran = digest_of(details, image)};
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
  }
  co_return found;
}

Task<ImageFound> ImageFetches::fetch(ImageWanted wanted, FetchSink told) {
  const auto reference = parse_image_reference(wanted.image);
  if (!reference) throw LaunchFailed(Kind::Permanent, reference.error().message);
  const bool has_run = wanted.ran.find('@') != std::string::npos;
  const std::string image = has_run ? wanted.ran : to_string(*reference);
  if (has_run || !reference->digest.empty() || wanted.pull != experiment::Pull::Always) {
    const auto there = co_await look_for_image(engine_, image);
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
  docker::PullImage options{.image = image, .registry_auth = wanted.registry_auth.reveal()};
  std::string key = image + " " + options.registry_auth;
  SharedFetches::Work work = [this, options](FetchSink sink) { return pull(options, std::move(sink)); };
  co_await under_way_.once(std::move(key), std::move(told), std::move(work));
  const auto fetched = co_await look_for_image(engine_, image);
  if (!fetched) throw LaunchFailed(Kind::Transient, "the image " + image + " is gone again");
  co_return *fetched;
}

Task<> ImageFetches::pull(docker::PullImage options, FetchSink told) {
  const std::string image = options.image;
  const bool with_credentials = !options.registry_auth.empty();
  log_.info("fetching an image", {{"image", image}});
  docker::Engine::PullSink sink = [&told](const docker::PullProgress& progress) { told(describe(progress)); };
  std::optional<docker::EngineError> refused;
  try {
    co_await engine_.pull_image(std::move(options), std::move(sink), kSilence);
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
