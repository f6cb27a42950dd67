#include "docker/client/volumes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

using Json = nlohmann::json;

VolumeDetails volume_from(const Json& json) {
  VolumeDetails volume;
  volume.name = fields::text(json, "Name");
  volume.driver = fields::text(json, "Driver");
  volume.mount_point = fields::text(json, "Mountpoint");
  volume.labels = fields::text_map(json, "Labels");
  return volume;
}

Call call_about_volume(std::string_view verb, const std::string& volume, http::Method method) {
  Call call;
  call.asked = std::string(verb) + " volume " + volume;
  call.method = method;
  call.path = "/volumes/" + http::percent_encode(volume);
  return call;
}

}  // namespace

Task<VolumeDetails> Engine::create_volume(CreateVolume options, Milliseconds limit) {
  const Json body = {{"Name", options.name},
                     {"Driver", options.driver},
                     {"DriverOpts", options.driver_options},
                     {"Labels", options.labels}};
  Call call;
  call.asked = "create volume " + options.name;
  call.method = http::Method::Post;
  call.path = "/volumes/create";
  call.body = body.dump();
  call.content_type = "application/json";
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  co_return volume_from(fields::parse(answer.body, asked));
}

Task<VolumeDetails> Engine::inspect_volume(std::string volume, Milliseconds limit) {
  Call call = call_about_volume("inspect", volume, http::Method::Get);
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  co_return volume_from(fields::parse(answer.body, asked));
}

Task<std::vector<VolumeDetails>> Engine::list_volumes(ListVolumes options, Milliseconds limit) {
  Filters filters;
  if (!options.labels.empty()) filters["label"] = options.labels;
  if (!options.names.empty()) filters["name"] = options.names;
  Call call;
  call.asked = "list volumes";
  call.path = "/volumes";
  if (!filters.empty()) call.query.add("filters", to_json_text(filters));
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, "list volumes");
  std::vector<VolumeDetails> volumes;
  for (const auto& entry : fields::member(json, "Volumes")) {
    VolumeDetails volume = volume_from(entry);
    // Volume names are matched as parts, and not everywhere as patterns: sort out here.
    const auto& names = options.names;
    const bool wanted = names.empty() || std::find(names.begin(), names.end(), volume.name) != names.end();
    if (wanted) volumes.push_back(std::move(volume));
  }
  co_return volumes;
}

Task<> Engine::remove_volume(std::string volume, Milliseconds limit) {
  co_await requester_->send(call_about_volume("remove", volume, http::Method::Delete), limit);
}

}  // namespace flowyard::docker
