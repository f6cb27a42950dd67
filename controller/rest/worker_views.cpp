// The JSON of workers, flat: what the fleet knows of a worker and what it does stand side by side.
#include "controller/rest/json.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

Json exit_or_null(const std::optional<experiment::Exit>& exit) {
  if (!exit) return nullptr;
  return {{"code", exit->code}, {"oom_killed", exit->oom_killed}, {"vanished", exit->vanished}};
}

Json json_of(const service::WorkerView& view) {
  const auto& worker = view.worker;
  return {{"id", worker.id.value},
          {"name", worker.name},
          {"experiment_id", worker.experiment.value},
          {"experiment", view.experiment_name},
          {"scenario", worker.scenario},
          {"status", view.status},
          {"state", experiment::to_string(worker.state)},
          {"attempt", worker.attempt},
          {"runs", worker.runs},
          {"cpu_percent", number(view.cpu_percent)},
          {"cpu_seconds", number(worker.cpu_seconds)},
          {"compute_seconds", number(worker.compute_seconds)},
          {"memory_bytes", worker.memory_bytes},
          {"age_seconds", number(view.age_seconds)},
          {"cause", experiment::to_string(worker.cause)},
          {"reason", worker.reason},
          {"exit", exit_or_null(worker.exit)},
          {"fleet", worker.fleet},
          {"handle", worker.handle},
          {"pool", worker.pool},
          {"stop_wanted", worker.stop_wanted},
          {"created", time_or_null(worker.created)},
          {"started", time_or_null(worker.started)},
          {"ready", time_or_null(worker.ready)},
          {"exited", time_or_null(worker.exited)},
          {"last_heard", to_rfc3339(worker.last_heard)}};
}

std::optional<experiment::Exit> exit_from(const Json& json) {
  const Members members(json);
  experiment::Exit exit;
  members.get("code", exit.code);
  members.get("oom_killed", exit.oom_killed);
  members.get("vanished", exit.vanished);
  return exit;
}

service::WorkerView worker_from(const Json& json) {
  const Members members(json);
  service::WorkerView view;
  auto& worker = view.worker;
  std::string state, cause;
  members.get("id", worker.id);
  members.get("name", worker.name);
  members.get("experiment_id", worker.experiment);
  members.get("experiment", view.experiment_name);
  members.get("scenario", worker.scenario);
  members.get("status", view.status);
  members.get("state", state);
  worker.state = experiment::worker_state_from(state).value_or(experiment::WorkerState::Planned);
  members.get("attempt", worker.attempt);
  members.get("runs", worker.runs);
  members.get("cpu_percent", view.cpu_percent);
  members.get("cpu_seconds", worker.cpu_seconds);
  members.get("compute_seconds", worker.compute_seconds);
  members.get("memory_bytes", worker.memory_bytes);
  members.get("age_seconds", view.age_seconds);
  members.get("cause", cause);
  worker.cause = experiment::death_cause_from(cause).value_or(experiment::DeathCause::None);
  members.get("reason", worker.reason);
  if (const Json* exit = members.find("exit")) worker.exit = exit_from(*exit);
  members.get("fleet", worker.fleet);
  members.get("handle", worker.handle);
  members.get("pool", worker.pool);
  members.get("stop_wanted", worker.stop_wanted);
  members.get("created", worker.created);
  members.get("started", worker.started);
  members.get("ready", worker.ready);
  members.get("exited", worker.exited);
  members.get("last_heard", worker.last_heard);
  return view;
}

}  // namespace

std::string to_json(const service::WorkerView& view) {
  return dump(json_of(view));
}

std::string to_json(const Page<service::WorkerView>& page) {
  Json items = Json::array();
  for (const auto& item : page.items) items.push_back(json_of(item));
  return dump({{"items", std::move(items)}, {"next", page.next.empty() ? Json(nullptr) : Json(page.next)}});
}

Result<service::WorkerView> worker_from_json(std::string_view text) {
  return read_as(text, "a worker", worker_from);
}

Result<Page<service::WorkerView>> workers_from_json(std::string_view text) {
  return read_as(text, "the workers", [](const Json& json) {
    const Members members(json);
    Page<service::WorkerView> page;
    if (const Json* items = members.find("items")) {
      for (const auto& item : *items) page.items.push_back(worker_from(item));
    }
    members.get("next", page.next);
    return page;
  });
}

}  // namespace flowyard::controller::rest
