// The JSON of plans and experiments.
#include "controller/rest/json.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

Json json_of(const service::PlanView& view) {
  Json named = Json::array();
  for (const auto& one : view.named) {
    named.push_back({{"name", one.name}, {"points", one.points}, {"model", one.model}});
  }
  return {{"name", view.name},
          {"scenarios", view.scenarios},
          {"named", std::move(named)},
          {"axes", view.axes},
          {"regions", view.regions},
          {"replications", view.replications},
          {"batches", view.batches},
          {"workers_at_once", view.workers_at_once},
          {"workers_in_all", view.workers_in_all},
          {"memory_bytes", view.memory_bytes},
          {"output_bytes", view.output_bytes},
          {"isolation", view.isolation},
          {"fleet", view.fleet},
          {"outcomes", view.outcomes},
          {"series", view.series},
          {"warnings", view.warnings}};
}

service::PlanView plan_from(const Json& json) {
  const Members members(json);
  service::PlanView view;
  members.get("name", view.name);
  members.get("scenarios", view.scenarios);
  if (const Json* named = members.find("named")) {
    for (const auto& item : *named) {
      const Members of(item);
      auto& one = view.named.emplace_back();
      of.get("name", one.name);
      of.get("points", one.points);
      of.get("model", one.model);
    }
  }
  members.get("axes", view.axes);
  members.get("regions", view.regions);
  members.get("replications", view.replications);
  members.get("batches", view.batches);
  members.get("workers_at_once", view.workers_at_once);
  members.get("workers_in_all", view.workers_in_all);
  members.get("memory_bytes", view.memory_bytes);
  members.get("output_bytes", view.output_bytes);
  members.get("isolation", view.isolation);
  members.get("fleet", view.fleet);
  members.get("outcomes", view.outcomes);
  members.get("series", view.series);
  members.get("warnings", view.warnings);
  return view;
}

Json json_of(const service::ExperimentView& view) {
  return {{"id", view.id.value},
          {"name", view.name},
          {"state", to_string(view.state)},
          {"reason", view.reason},
          {"submitted", to_rfc3339(view.submitted)},
          {"finished", time_or_null(view.finished)},
          {"scenarios", view.scenarios},
          {"done", view.done},
          {"failed", view.failed},
          {"running", view.running},
          {"workers_live", view.workers_live},
          {"workers_in_all", view.workers_in_all},
          {"retries", view.retries},
          {"fleet", view.fleet},
          {"wall_seconds", number(view.wall_seconds)},
          {"compute_seconds", number(view.compute_seconds)},
          {"start_seconds", number(view.start_seconds)}};
}

service::ExperimentView experiment_from(const Json& json) {
  const Members members(json);
  service::ExperimentView view;
  std::string state = "running";
  members.get("id", view.id);
  members.get("name", view.name);
  members.get("state", state);
  view.state = experiment::experiment_state_from(state).value_or(experiment::ExperimentState::Running);
  members.get("reason", view.reason);
  members.get("submitted", view.submitted);
  members.get("finished", view.finished);
  members.get("scenarios", view.scenarios);
  members.get("done", view.done);
  members.get("failed", view.failed);
  members.get("running", view.running);
  members.get("workers_live", view.workers_live);
  members.get("workers_in_all", view.workers_in_all);
  members.get("retries", view.retries);
  members.get("fleet", view.fleet);
  members.get("wall_seconds", view.wall_seconds);
  members.get("compute_seconds", view.compute_seconds);
  members.get("start_seconds", view.start_seconds);
  return view;
}

Json json_of(const service::ScenarioSummary& line) {
  return {{"worker", line.worker},
          {"title", line.title},
          {"scenario", line.scenario},
          {"region", line.region},
          {"parameters", numbers(line.parameters)},
          {"iterations", line.iterations},
          {"failed", line.failed},
          {"total_seconds", number(line.total_seconds)},
          {"per_iteration_seconds", number(line.per_iteration_seconds)},
          {"outcomes", numbers(line.outcomes)}};
}

service::ScenarioSummary summary_from(const Json& json) {
  const Members members(json);
  service::ScenarioSummary line;
  members.get("worker", line.worker);
  members.get("title", line.title);
  members.get("scenario", line.scenario);
  members.get("region", line.region);
  members.get("parameters", line.parameters);
  members.get("iterations", line.iterations);
  members.get("failed", line.failed);
  members.get("total_seconds", line.total_seconds);
  members.get("per_iteration_seconds", line.per_iteration_seconds);
  members.get("outcomes", line.outcomes);
  return line;
}

Json json_of(const experiment::summary::OutcomeSummary& outcome) {
  return {{"name", outcome.name},
          {"count", outcome.count},
          {"mean", number(outcome.mean)},
          {"sd", number(outcome.sd)},
          {"min", number(outcome.min)},
          {"max", number(outcome.max)},
          {"median", number(outcome.median)},
          {"p05", number(outcome.p05)},
          {"p95", number(outcome.p95)}};
}

experiment::summary::OutcomeSummary outcome_from(const Json& json) {
  const Members members(json);
  experiment::summary::OutcomeSummary outcome;
  members.get("name", outcome.name);
  members.get("count", outcome.count);
  members.get("mean", outcome.mean);
  members.get("sd", outcome.sd);
  members.get("min", outcome.min);
  members.get("max", outcome.max);
  members.get("median", outcome.median);
  members.get("p05", outcome.p05);
  members.get("p95", outcome.p95);
  return outcome;
}

Json json_of(const service::ExperimentDetail& detail) {
  Json json = json_of(detail.view);
  json["summaries"] = Json::array();
  json["outcomes"] = Json::array();
  for (const auto& line : detail.summaries) json["summaries"].push_back(json_of(line));
  for (const auto& outcome : detail.outcomes) json["outcomes"].push_back(json_of(outcome));
  json["where"] = detail.where;
  return json;
}

service::ExperimentDetail detail_from(const Json& json) {
  const Members members(json);
  service::ExperimentDetail detail;
  detail.view = experiment_from(json);
  if (const Json* lines = members.find("summaries")) {
    for (const auto& line : *lines) detail.summaries.push_back(summary_from(line));
  }
  if (const Json* outcomes = members.find("outcomes")) {
    for (const auto& outcome : *outcomes) detail.outcomes.push_back(outcome_from(outcome));
  }
  members.get("where", detail.where);
  return detail;
}

}  // namespace

std::string to_json(const service::PlanView& view) {
  return dump(json_of(view));
}
std::string to_json(const service::ExperimentView& view) {
  return dump(json_of(view));
}
std::string to_json(const service::ExperimentDetail& view) {
  return dump(json_of(view));
}

std::string to_json(const Page<service::ExperimentView>& page) {
  Json items = Json::array();
  for (const auto& item : page.items) items.push_back(json_of(item));
  return dump({{"items", std::move(items)}, {"next", page.next.empty() ? Json(nullptr) : Json(page.next)}});
}

Result<service::PlanView> plan_from_json(std::string_view text) {
  return read_as(text, "a plan", plan_from);
}
Result<service::ExperimentView> experiment_from_json(std::string_view text) {
  return read_as(text, "an experiment", experiment_from);
}
Result<service::ExperimentDetail> experiment_detail_from_json(std::string_view text) {
  return read_as(text, "an experiment", detail_from);
}

Result<Page<service::ExperimentView>> experiments_from_json(std::string_view text) {
  return read_as(text, "the experiments", [](const Json& json) {
    const Members members(json);
    Page<service::ExperimentView> page;
    if (const Json* items = members.find("items")) {
      for (const auto& item : *items) page.items.push_back(experiment_from(item));
    }
    members.get("next", page.next);
    return page;
  });
}

}  // namespace flowyard::controller::rest
