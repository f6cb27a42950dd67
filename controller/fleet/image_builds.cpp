#include "controller/fleet/image_builds.hpp"

#include <algorithm>

#include "common/base/image_reference.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/fleet/container_options.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;

constexpr Milliseconds kLongestBuild = std::chrono::minutes(30);
// Of each step's container.
constexpr std::int64_t kMemory = std::int64_t{2} << 30;
constexpr double kCpus = 2;
constexpr std::size_t kKept = 10;  // images: somebody may go on with an experiment that is over
constexpr std::size_t kHashLength = 16;

// Credentials are for one registry, that of the first; no other may see them.
Secret credentials_for(const std::string& image, const ImageWanted& wanted) {
  const auto theirs = parse_image_reference(wanted.recipe->bases.front());
  const auto reference = parse_image_reference(image);
  const bool same = theirs && reference && theirs->registry == reference->registry;
  return same ? wanted.registry_auth : Secret();
}

std::string in_one_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool is_step(const std::string& line) {
  return line.starts_with("Step ");
}

}  // namespace

Task<ImageFound> ImageBuilds::build(ImageWanted wanted, FetchSink told) {
  // What it ran with before a pause or a restart is what it goes on with.
  if (!wanted.ran.empty()) {
    const auto before = co_await look_for_image(engine_, wanted.ran);
    if (before) co_return *before;
  }
  const std::string tag = co_await tag_for(wanted, told);
  const auto there = co_await look_for_image(engine_, tag);
  if (there) co_return *there;
  SharedFetches::Work work = [this, tag, recipe = *wanted.recipe](FetchSink sink) {
    return build_as(tag, recipe, std::move(sink));
  };
  co_await under_way_.once(tag, std::move(told), std::move(work));
  const auto built = co_await look_for_image(engine_, tag);
  if (!built) throw LaunchFailed(LaunchFailed::Kind::Transient, "the image " + tag + " is gone again");
  co_return *built;
}

// Fetches what it begins from: other bases make another image.
Task<std::string> ImageBuilds::tag_for(ImageWanted wanted, FetchSink told) {
  std::string content = installation_ + '\n' + wanted.image + '\n';
  for (const auto& image : wanted.recipe->bases) {
    ImageWanted base{.image = image,
                     .pull = wanted.pull,
                     .ran = "",
                     .registry_auth = credentials_for(image, wanted),
                     .needs_login = false,
                     .recipe = {}};
    base.needs_login = wanted.needs_login && image == wanted.recipe->bases.front();
    FetchSink sink = [&told, &image](const std::string& how_far) {
      told("for which " + image + " is fetched" + (how_far.empty() ? "" : ", ") + how_far);
    };
    const auto found = co_await fetches_.fetch(std::move(base), std::move(sink));
    content += found.id + '\n';
  }
  const std::string hash = crypto::sha256_hex(content);
  co_return experiment::kBuiltImage + (":" + hash.substr(0, kHashLength));
}

Task<> ImageBuilds::build_as(std::string tag, ImageRecipe recipe, FetchSink told) {
  log_.info("building an image", {{"image", tag}, {"folder", recipe.folder}});
  docker::BuildImage options;
  options.tags = {tag};
  options.context = *recipe.context;
  options.dockerfile = recipe.dockerfile;
  options.labels = built_image_labels(installation_);
  options.memory = kMemory;
  options.cpus = kCpus;
  std::string step, failure;
  docker::Engine::BuildSink sink = [this, &tag, &step, &told](const std::string& line) {
    log_.debug("building an image", {{"image", tag}, {"line", line}});
    if (is_step(line)) step = line;
    told(is_step(line) ? line : step + ": " + line);
  };
  try {
    co_await engine_.build_image(std::move(options), std::move(sink), kLongestBuild);
    co_return;
  } catch (const docker::EngineError& error) {
    failure = error.message();
  } catch (const docker::ReplyLost& lost) {
    // The Engine ends what nobody listens to any more.
    failure = lost.what();
  }
  const std::string what =
      "the image of '" + recipe.folder + "' cannot be built" + (step.empty() ? "" : " (" + step + ")") + ": ";
  log_.warning("an image was not built", {{"image", tag}, {"step", step}});
  throw LaunchFailed(LaunchFailed::Kind::Final, what + in_one_line(std::move(failure)));
}

Task<> ImageBuilds::remove_old() {
  docker::ListImages wanted;
  for (const auto& [key, value] : built_image_labels(installation_))
    wanted.labels.push_back(key + "=" + value);
  auto images = co_await engine_.list_images(std::move(wanted));
  const auto newer = [](const auto& a, const auto& b) { return a.created > b.created; };
  std::stable_sort(images.begin(), images.end(), newer);
  std::size_t kept = 0;
  for (const auto& image : images) {
    // Steps of a build have the labels as well, and no name; they go with what is made of them.
    if (image.tags.empty() || kept++ < kKept) continue;
    try {
      docker::RemoveImage options;
      co_await engine_.remove_image(image.tags.front(), options);
      log_.info("removed an image that was built", {{"image", image.tags.front()}});
    } catch (const docker::EngineError& error) {
      if (!docker::is_conflict(error) && !docker::is_not_found(error)) throw;
    }
  }
}

}  // namespace flowyard::controller::fleet
