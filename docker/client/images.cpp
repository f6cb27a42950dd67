#include "docker/client/images.hpp"

#include <nlohmann/json.hpp>

#include "common/base/image_reference.hpp"
#include "docker/client/build_output.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

constexpr const char* kTarType = "application/x-tar";
constexpr std::size_t kLinesOfAFailure = 10;
constexpr std::int64_t kCpuPeriod = 100'000;  // microseconds

Call call_to_build(BuildImage options) {
  Call call;
  call.asked = options.tags.empty() ? "build image" : "build image " + options.tags.front();
  call.method = http::Method::Post;
  call.path = "/build";
  for (const auto& tag : options.tags) call.query.add("t", tag);
  call.query.add("dockerfile", options.dockerfile).add("labels", nlohmann::json(options.labels).dump());
  call.query.add_flag("nocache", options.no_cache).add("rm", "1").add("forcerm", "1");
  if (options.memory > 0) {
    const auto memory = std::to_string(options.memory);
    call.query.add("memory", memory).add("memswap", memory);
  }
  if (options.cpus > 0) {
    const auto quota = static_cast<std::int64_t>(options.cpus * static_cast<double>(kCpuPeriod));
    call.query.add("cpuperiod", std::to_string(kCpuPeriod)).add("cpuquota", std::to_string(quota));
  }
  call.body = std::move(options.context);
  call.content_type = kTarType;
  return call;
}

Call call_about_image(std::string_view verb, const std::string& image, std::string_view suffix) {
  Call call;
  call.asked = std::string(verb) + " image " + image;
  // Slashes belong to the name ("host/name:tag") and stand as they are in the path.
  call.path = "/images/" + image + std::string(suffix);
  return call;
}

async::Task<BuildOutput> read_build(Body& body, const Engine::BuildSink& told) {
  BuildOutput output;
  while (auto piece = co_await body.read()) {
    output.feed(*piece);
    while (auto line = output.next_line())
      if (told) told(*line);
  }
  output.finish();
  co_return output;
}

async::Task<BuildOutput> read_build_within(Body& body, const Engine::BuildSink& told, Milliseconds limit) {
  try {
    co_return co_await async::with_timeout(limit, read_build(body, told));
  } catch (const async::TimedOut& error) {
    throw ReplyLost(body.asked(), error.what());
  }
}

ImageSummary image_from(const nlohmann::json& json) {
  ImageSummary image;
  image.id = fields::text(json, "Id");
  for (auto& tag : fields::texts(json, "RepoTags")) {
    if (tag != "<none>:<none>") image.tags.push_back(std::move(tag));
  }
  image.labels = fields::text_map(json, "Labels");
  image.created = fields::number(json, "Created");
  image.size = fields::number(json, "Size");
  return image;
}

}  // namespace

Task<BuiltImage> Engine::build_image(BuildImage options, Milliseconds limit) {
  return build_image(std::move(options), BuildSink(), limit);
}

Task<BuiltImage> Engine::build_image(BuildImage options, BuildSink told, Milliseconds limit) {
  const Deadline deadline(limit);
  const std::string tag = options.tags.empty() ? "" : options.tags.front();
  auto body = co_await requester_->open(call_to_build(std::move(options)), limit);
  const BuildOutput output = co_await read_build_within(*body, told, deadline.left());
  if (!output.failure().empty()) throw EngineError(200, output.explain(kLinesOfAFailure), body->asked());
  BuiltImage built;
  built.id = output.image_id();
  built.output = output.text();
  if (built.id.empty() && !tag.empty()) {
    const ImageDetails image = co_await inspect_image(tag, deadline.left());
    built.id = image.id;
  }
  co_return built;
}

Task<ImageDetails> Engine::inspect_image(std::string image, Milliseconds limit) {
  Call call = call_about_image("inspect", image, "/json");
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, asked);
  ImageDetails details;
  details.id = fields::text(json, "Id");
  details.tags = fields::texts(json, "RepoTags");
  details.digests = fields::texts(json, "RepoDigests");
  details.labels = fields::text_map(fields::member(json, "Config"), "Labels");
  details.size = fields::number(json, "Size");
  details.os = fields::text(json, "Os");
  details.architecture = fields::text(json, "Architecture");
  details.created = parse_engine_time(fields::text(json, "Created"));
  co_return details;
}

Task<std::vector<ImageSummary>> Engine::list_images(ListImages options, Milliseconds limit) {
  Filters filters;
  if (!options.labels.empty()) filters["label"] = options.labels;
  if (!options.references.empty()) filters["reference"] = options.references;
  Call call;
  call.asked = "list images";
  call.path = "/images/json";
  if (!filters.empty()) call.query.add("filters", to_json_text(filters));
  const auto answer = co_await requester_->send(std::move(call), limit);
  std::vector<ImageSummary> images;
  for (const auto& json : fields::parse(answer.body, "list images")) images.push_back(image_from(json));
  co_return images;
}

Task<> Engine::tag_image(std::string image, std::string tag, Milliseconds limit) {
  Call call = call_about_image("tag", image, "/tag");
  call.method = http::Method::Post;
  const auto reference = parse_image_reference(tag);
  if (!reference) throw EngineError(400, reference.error().message, call.asked);
  call.query.add("repo", reference->name()).add("tag", reference->tag);
  co_await requester_->send(std::move(call), limit);
}

Task<> Engine::remove_image(std::string image, RemoveImage options, Milliseconds limit) {
  Call call = call_about_image("remove", image, "");
  call.method = http::Method::Delete;
  call.query.add_flag("force", options.force).add_flag("noprune", options.keep_untagged_parents);
  co_await requester_->send(std::move(call), limit);
}

Task<std::string> Engine::save_image(std::string image, Milliseconds limit) {
  auto answer = co_await requester_->send(call_about_image("save", image, "/get"), limit);
  co_return std::move(answer.body);
}

Task<std::string> Engine::load_images(std::string archive, Milliseconds limit) {
  Call call;
  call.asked = "load images";
  call.method = http::Method::Post;
  call.path = "/images/load";
  call.query.add("quiet", "1");
  call.body = std::move(archive);
  call.content_type = kTarType;
  const auto answer = co_await requester_->send(std::move(call), limit);
  BuildOutput output;  // the same form of messages as a build's
  output.feed(answer.body);
  output.finish();
  if (!output.failure().empty()) throw EngineError(200, output.failure(), "load images");
  co_return output.text();
}

}  // namespace flowyard::docker
