#include "docker/client/pull_output.hpp"

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
  const auto detail = fields::member(json, "progressDetail");
  const auto total = fields::number(detail, "total");
  // Unpacking counts from zero again.
  if (status == "Downloading" && total > 0)
    layers_[id] = {.done = fields::number(detail, "current"), .total = total};
  if (status == "Download complete" || status == "Pull complete")
    if (const auto layer = layers_.find(id); layer != layers_.end()) layer->second.done = layer->second.total;
}

PullProgress PullOutput::progress() const {
  PullProgress all;
  for (const auto& [id, layer] : layers_) {
    all.done += layer.done;
    all.total += layer.total;
  }
  return all;
}

}  // namespace flowyard::docker
