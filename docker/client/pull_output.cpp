#include "docker/client/pull_output.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "docker/client/fields.hpp"

namespace flowyard::docker {

void PullOutput::feed(std::string_view piece) {
  lines_.feed(piece);
  take_all();
}

void PullOutput::finish() {
  lines_.finish();
  take_all();
}

void PullOutput::take_all() {
  while (auto line = lines_.next()) take(*line);
}

void PullOutput::take(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  std::string failure = fields::text(fields::member(json, "errorDetail"), "message");
  if (failure.empty()) failure = fields::text(json, "error");
  if (!failure.empty()) failure_ = failure;
  const std::string id = fields::text(json, "id");
  const std::string status = fields::text(json, "status");
  take_layer(id, status, fields::member(json, "progressDetail"));
}

void PullOutput::take_layer(const std::string& id, std::string_view status, const nlohmann::json& detail) {
  // The reference itself is the id of the first message, "Pulling from library/python".
  static constexpr std::string_view kOfLayers[] = {"Pulling fs layer",   "Waiting",           "Downloading",
                                                   "Verifying Checksum", "Download complete", "Extracting",
                                                   "Pull complete",      "Already exists"};
  if (std::find(std::begin(kOfLayers), std::end(kOfLayers), status) == std::end(kOfLayers)) return;
  auto& layer = layers_[id];
  const auto total = fields::number(detail, "total");
  // Unpacking counts from zero again.
  if (status == "Downloading" && total > 0) {
    layer.done = fields::number(detail, "current");
    layer.total = total;
  }
  if (status == "Pull complete" || status == "Already exists") layer.ready = true;
  if (status == "Download complete" || layer.ready) {
    layer.fetched = true;
    layer.done = layer.total;
  }
}

PullProgress PullOutput::progress() const {
  PullProgress all;
  for (const auto& [id, layer] : layers_) {
    all.done += layer.done;
    all.total += layer.total;
    ++all.layers;
    if (layer.total > 0 || layer.fetched) ++all.layers_sized;
    if (layer.ready) ++all.layers_done;
  }
  return all;
}

}  // namespace flowyard::docker
