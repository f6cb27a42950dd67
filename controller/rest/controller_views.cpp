// The JSON of the controller itself, of its journal, and of the small answers.
#include "controller/rest/json.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {

std::string to_json(const service::WhyView& view) {
  return dump({{"subject", view.subject},
               {"cause", view.cause},
               {"explanation", view.explanation},
               {"spec_excerpt", view.spec_excerpt},
               {"log_tail", view.log_tail},
               {"again", view.again}});
}

Result<service::WhyView> why_from_json(std::string_view text) {
  return read_as(text, "the explanation", [](const Json& json) {
    const Members members(json);
    service::WhyView view;
    members.get("subject", view.subject);
    members.get("cause", view.cause);
    members.get("explanation", view.explanation);
    members.get("spec_excerpt", view.spec_excerpt);
    members.get("log_tail", view.log_tail);
    members.get("again", view.again);
    return view;
  });
}

std::string to_json(const service::ControllerView& view) {
  return dump({{"version", view.version},
               {"fleet", view.fleet},
               {"fleet_detail", view.fleet_detail},
               {"data_folder", view.data_folder},
               {"run_folder", view.run_folder},
               {"endpoints", view.endpoints},
               {"pid", view.pid},
               {"started", to_rfc3339(view.started)},
               {"experiments_running", view.experiments_running},
               {"workers_live", view.workers_live},
               {"memory_bytes", view.memory_bytes}});
}

Result<service::ControllerView> controller_from_json(std::string_view text) {
  return read_as(text, "the controller's status", [](const Json& json) {
    const Members members(json);
    service::ControllerView view;
    members.get("version", view.version);
    members.get("fleet", view.fleet);
    members.get("fleet_detail", view.fleet_detail);
    members.get("data_folder", view.data_folder);
    members.get("run_folder", view.run_folder);
    members.get("endpoints", view.endpoints);
    members.get("pid", view.pid);
    members.get("started", view.started);
    members.get("experiments_running", view.experiments_running);
    members.get("workers_live", view.workers_live);
    members.get("memory_bytes", view.memory_bytes);
    return view;
  });
}

std::string to_json(const experiment::JournalEvent& event) {
  return dump({{"id", event.id},
               {"time", to_rfc3339(event.time)},
               {"experiment_id", event.experiment.value},
               {"type", event.type},
               {"fields", event.fields}});
}

Result<experiment::JournalEvent> event_from_json(std::string_view text) {
  return read_as(text, "an event", [](const Json& json) {
    const Members members(json);
    experiment::JournalEvent event;
    members.get("id", event.id);
    members.get("time", event.time);
    members.get("experiment_id", event.experiment);
    members.get("type", event.type);
    members.get("fields", event.fields);
    return event;
  });
}

std::string names_to_json(const std::vector<std::string>& names) {
  return dump({{"names", names}});
}

Result<std::vector<std::string>> names_from_json(std::string_view text) {
  return read_as(text, "the names", [](const Json& json) {
    std::vector<std::string> names;
    Members(json).get("names", names);
    return names;
  });
}

std::string to_json(const PruneRequest& request) {
  return dump({{"older_than_seconds", request.older_than_seconds}, {"dry_run", request.dry_run}});
}

Result<PruneRequest> prune_request_from_json(std::string_view text) {
  auto request = read_as(text, "the body", [](const Json& json) {
    const Members members(json);
    // What is forgotten is gone: nothing is guessed here.
    for (const auto& [key, value] : json.items()) {
      if (key != "older_than_seconds" && key != "dry_run")
        throw std::invalid_argument("unknown member '" + key + "'; there are older_than_seconds and dry_run");
    }
    if (!members.find("older_than_seconds"))
      throw std::invalid_argument("older_than_seconds is missing: what finished longer ago is forgotten");
    PruneRequest read;
    members.get("older_than_seconds", read.older_than_seconds);
    members.get("dry_run", read.dry_run);
    return read;
  });
  if (!request) return invalid(request.error().message);
  // The upper bound keeps the span within what milliseconds can count.
  if (!(request->older_than_seconds >= 0 && request->older_than_seconds < 1e12)) {
    return invalid("older_than_seconds must be a number of seconds from 0");
  }
  return request;
}

std::string indented(std::string_view json) {
  return Json::parse(json).dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace flowyard::controller::rest
