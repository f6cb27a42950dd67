// The JSON of the views: their descriptions say it.
#include "controller/rest/views.hpp"

#include "controller/rest/described_json.hpp"

namespace flowyard::controller::rest {

std::string to_json(const service::PlanView& view) {
  return described_text(view);
}
Result<service::PlanView> plan_from_json(std::string_view text) {
  return read_described<service::PlanView>(text, "a plan");
}

std::string to_json(const service::PreviewView& view) {
  return described_text(view);
}

std::string to_json(const service::ExperimentView& view) {
  return described_text(view);
}
Result<service::ExperimentView> experiment_from_json(std::string_view text) {
  return read_described<service::ExperimentView>(text, "an experiment");
}

std::string to_json(const service::ExperimentDetail& view) {
  return described_text(view);
}
Result<service::ExperimentDetail> experiment_detail_from_json(std::string_view text) {
  return read_described<service::ExperimentDetail>(text, "an experiment");
}

std::string to_json(const service::WorkerView& view) {
  return described_text(view);
}
Result<service::WorkerView> worker_from_json(std::string_view text) {
  return read_described<service::WorkerView>(text, "a worker");
}

std::string to_json(const service::WhyView& view) {
  return described_text(view);
}
Result<service::WhyView> why_from_json(std::string_view text) {
  return read_described<service::WhyView>(text, "the explanation");
}

std::string to_json(const service::ComparisonView& view) {
  return described_text(view);
}
Result<service::ComparisonView> comparison_from_json(std::string_view text) {
  return read_described<service::ComparisonView>(text, "the comparison");
}

std::string to_json(const service::ControllerView& view) {
  return described_text(view);
}
Result<service::ControllerView> controller_from_json(std::string_view text) {
  return read_described<service::ControllerView>(text, "the controller's status");
}

std::string to_json(const ChartAnswer& view) {
  return described_text(view);
}
Result<ChartAnswer> chart_from_json(std::string_view text) {
  return read_described<ChartAnswer>(text, "a chart");
}

std::string to_json(const Page<service::FileView>& page) {
  return described_text(page);
}

std::string to_json(const Page<service::ExperimentView>& page) {
  return described_text(page);
}
Result<Page<service::ExperimentView>> experiments_from_json(std::string_view text) {
  return read_described<Page<service::ExperimentView>>(text, "the experiments");
}

std::string to_json(const Page<service::WorkerView>& page) {
  return described_text(page);
}
Result<Page<service::WorkerView>> workers_from_json(std::string_view text) {
  return read_described<Page<service::WorkerView>>(text, "the workers");
}

std::string to_json(const experiment::JournalEvent& event) {
  return described_text(EventView{.id = event.id,
                                  .time = event.time,
                                  .experiment_id = event.experiment,
                                  .type = event.type,
                                  .fields = event.fields});
}
Result<experiment::JournalEvent> event_from_json(std::string_view text) {
  auto view = read_described<EventView>(text, "an event");
  if (!view) return view.error();
  return experiment::JournalEvent{.id = view->id,
                                  .time = view->time,
                                  .experiment = view->experiment_id,
                                  .type = std::move(view->type),
                                  .fields = std::move(view->fields)};
}

std::string to_json(const service::NewTokenView& view) {
  return described_text(view);
}
Result<service::NewTokenView> new_token_from_json(std::string_view text) {
  return read_described<service::NewTokenView>(text, "the token");
}
std::string to_json(const SystemView& view) {
  return described_text(view);
}
Result<SystemView> system_from_json(std::string_view text) {
  return read_described<SystemView>(text, "the system containers");
}
std::string to_json(const TokensView& view) {
  return described_text(view);
}
Result<TokensView> tokens_from_json(std::string_view text) {
  return read_described<TokensView>(text, "the tokens");
}
std::string to_json(const TokenRequest& request) {
  return described_text(request);
}

std::string to_json(const service::Forgotten& forgotten) {
  return described_text(forgotten);
}
Result<service::Forgotten> forgotten_from_json(std::string_view text) {
  return read_described<service::Forgotten>(text, "what was forgotten");
}

std::string indented(std::string_view json) {
  return Json::parse(json).dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace flowyard::controller::rest
