#include "controller/service/manifest.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/base/log.hpp"
#include "common/crypto/sha256.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::controller::service {
namespace {

using Json = nlohmann::ordered_json;

Json files_json(const std::vector<ManifestFile>& files) {
  Json all = Json::array();
  for (const auto& file : files)
    all.push_back({{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return all;
}

Json rows_json(const CheckoutOptions& asked) {
  Json rows = Json::object();
  const auto add = [&rows](const char* key, const std::string& text) {
    if (!text.empty()) rows[key] = text;
  };
  add("where", asked.rows.where);
  add("sort", asked.rows.sort);
  add("columns", asked.rows.columns);
  if (asked.limit) rows["limit"] = *asked.limit;
  return rows;
}

Json counted_or_auto(const auto& count) {
  return count ? Json(*count) : Json("auto");
}

// What was in force, defaults included.
Json options_json(const experiment::Experiment& e, const std::string& fleet) {
  const auto& workers = e.workers;
  const auto milliseconds = [](experiment::Duration time) {
    return static_cast<double>(time.count()) / 1000;
  };
  Json retried = Json::array();
  for (const auto cause : e.retry.when) retried.push_back(to_string(cause));
  return {{"fleet", fleet},
          {"seed", e.seed},
          {"replications", e.replications},
          {"design",
           {{"axes", to_string(e.design.axes)},
            {"sampling", to_string(e.design.sampling)},
            {"samples", e.design.samples}}},
          {"workers",
           {{"count", counted_or_auto(workers.count)},
            {"batch", counted_or_auto(workers.batch)},
            {"isolation", to_string(workers.isolation)},
            {"storage", to_string(workers.storage)},
            {"network", to_string(workers.network)},
            {"cpus", workers.resources.cpus},
            {"memory_bytes", workers.resources.memory},
            {"pids", workers.resources.pids}}},
          {"timeout_seconds",
           {{"scenario", milliseconds(e.timeout.scenario)}, {"start", milliseconds(e.timeout.start)}}},
          {"retry", {{"attempts", e.retry.attempts}, {"when", std::move(retried)}}}};
}

}  // namespace

std::string to_json(const Manifest& m, const experiment::file::LoadedExperiment& loaded) {
  const auto& view = m.experiment;
  Json json{{"schema_version", kManifestVersion}, {"experiment", view.name}, {"id", view.id.value}};
  if (!m.worker.empty()) json["worker"] = m.worker;
  json["state"] = std::string(to_string(view.state));
  json["reason"] = view.reason;
  json["round"] = view.round;
  json["started"] = to_rfc3339(view.submitted);
  json["ended"] = view.finished ? Json(to_rfc3339(*view.finished)) : Json(nullptr);
  json["scenarios"] = {{"total", view.scenarios},
                       {"done", view.done},
                       {"failed", view.failed},
                       {"not_finite", view.not_finite},
                       {"pending", view.scenarios - std::min(view.scenarios, view.done + view.failed)}};
  json["seed"] = loaded.experiment.seed;
  json["overrides"] = view.overrides;
  json["options"] = options_json(loaded.experiment, view.fleet);
  json["versions"] = {{"flowyard", m.program},
                      {"engine", worker::engine::kProgramVersion},
                      {"protocol", worker::protocol::kVersion}};
  if (!view.image.empty()) json["image"] = {{"name", view.image}, {"ran", view.image_ran}};
  json["docker_engine"] = m.docker_engine.empty() ? Json(nullptr) : Json(m.docker_engine);
  if (m.rows.chooses()) json["rows"] = rows_json(m.rows);
  json["inputs"] = files_json(m.inputs);
  json["programs"] = Json::array();
  for (const auto& program : loaded.programs)
    json["programs"].push_back({{"sha256", crypto::sha256_hex(worker::engine::serialize(*program))}});
  json["files"] = files_json(m.files);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace flowyard::controller::service
