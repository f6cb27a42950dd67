// The REST forms of the views that the command line reads back. to_json gives compact JSON of the members
// that a view describes, in that order; the readers are lenient (absent members keep their defaults, unknown
// ones are ignored), so that programs of neighbouring versions understand each other. Times are RFC 3339 in
// UTC; what is not a finite number is null.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/journal_event.hpp"
#include "controller/rest/bodies.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::rest {

std::string to_json(const service::PlanView& view);
std::string to_json(const service::PreviewView& view);
std::string to_json(const service::ExperimentView& view);
std::string to_json(const service::ExperimentDetail& view);
std::string to_json(const service::WorkerView& view);
std::string to_json(const service::WhyView& view);
std::string to_json(const service::ComparisonView& view);
std::string to_json(const service::ControllerView& view);
std::string to_json(const experiment::JournalEvent& event);
std::string to_json(const Page<service::ExperimentView>& page);
std::string to_json(const Page<service::WorkerView>& page);
std::string to_json(const Page<service::FileView>& page);

Result<service::PlanView> plan_from_json(std::string_view text);
Result<service::ExperimentView> experiment_from_json(std::string_view text);
Result<service::ExperimentDetail> experiment_detail_from_json(std::string_view text);
Result<service::WorkerView> worker_from_json(std::string_view text);
Result<service::WhyView> why_from_json(std::string_view text);
Result<service::ComparisonView> comparison_from_json(std::string_view text);
Result<service::ControllerView> controller_from_json(std::string_view text);
Result<experiment::JournalEvent> event_from_json(std::string_view text);
Result<Page<service::ExperimentView>> experiments_from_json(std::string_view text);
Result<Page<service::WorkerView>> workers_from_json(std::string_view text);

struct SystemView {
  std::vector<service::SystemContainerView> containers;
};
BOOST_DESCRIBE_STRUCT(SystemView, (), (containers))

std::string to_json(const SystemView& view);
Result<SystemView> system_from_json(std::string_view text);

// With the picture itself, in base64.
struct ChartAnswer : service::ChartView {
  std::string image;
};
BOOST_DESCRIBE_STRUCT(ChartAnswer, (service::ChartView), (image))

std::string to_json(const ChartAnswer& view);
Result<ChartAnswer> chart_from_json(std::string_view text);

struct TokensView {
  std::vector<service::TokenView> tokens;
};
BOOST_DESCRIBE_STRUCT(TokensView, (), (tokens))

std::string to_json(const service::NewTokenView& view);
std::string to_json(const TokensView& view);
std::string to_json(const TokenRequest& request);
Result<service::NewTokenView> new_token_from_json(std::string_view text);
Result<TokensView> tokens_from_json(std::string_view text);

std::string to_json(const service::Forgotten& forgotten);
Result<service::Forgotten> forgotten_from_json(std::string_view text);

std::string to_json(const PruneRequest& request);
Result<PruneRequest> prune_request_from_json(std::string_view text);

// The same JSON laid out for people, two spaces a level.
std::string indented(std::string_view json);

}  // namespace flowyard::controller::rest
