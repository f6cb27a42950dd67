// Experiments: plan, submit, list, show, cancel, pause, go on, delete.
#include <algorithm>

#include "common/base/text.hpp"
#include "controller/rest/charges.hpp"
#include "controller/rest/cursor.hpp"
#include "controller/rest/json_schema.hpp"
#include "controller/rest/query.hpp"
#include "controller/rest/reply.hpp"
#include "controller/rest/routes.hpp"
#include "controller/rest/submission.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::rest {
namespace {

constexpr std::string_view kYaml = "application/yaml";

// The body is a submission as JSON, or the experiment file itself, without any other.
Result<Submission> submission_of(const http::Request& request) {
  if (!request.headers.get("Content-Type").starts_with(kYaml)) return submission_from_json(request.body);
  if (!is_utf8(request.body)) return invalid("the experiment file must be UTF-8");
  Submission submission;
  submission.bundle.file_name = "experiment.yaml";
  submission.bundle.text = request.body;
  return submission;
}

// How it came is not for its sender to say.
Result<Submission> submission_of(const ApiContext& context, const http::Request& request) {
  auto submission = submission_of(request);
  const bool is_here = context.options.transport == Transport::Unix;
  if (submission) submission->options.way_in = is_here ? experiment::WayIn::Here : experiment::WayIn::Network;
  return submission;
}

http::Response no_submission(const Error& error) {
  return problem_reply(error.code == ErrorCode::Conflict ? 422 : 400, "bad-body", error.message);
}

async::Task<http::Response> plan_experiment(ApiContext& context, RequestContext call) {
  auto submission = submission_of(context, call.request);
  if (!submission) co_return no_submission(submission.error());
  auto planned = co_await context.service.plan(std::move(submission->bundle), std::move(submission->options));
  if (!planned) co_return problem_reply(rest::problem_of(planned.error()));
  if (auto* missing = std::get_if<service::MissingFiles>(&*planned)) {
    co_return problem_reply(rest::problem_of(std::move(*missing)));
  }
  co_return json_reply(rest::to_json(std::get<service::PlanView>(*planned)));
}

async::Task<http::Response> preview_experiment(ApiContext& context, RequestContext call) {
  const auto times = whole_number(call.target, "times", 2, 10'000);
  if (!times) co_return problem_reply(400, "bad-query", times.error().message);
  service::PreviewRequest wanted;
  if (*times) wanted.most_times = static_cast<std::uint64_t>(**times);
  for (const auto& [key, value] : call.target.query)
    if (key == "series") wanted.series.push_back(value);
  auto submission = submission_of(call.request);
  if (!submission) co_return no_submission(submission.error());
  auto ran = co_await context.service.preview(std::move(submission->bundle), std::move(submission->options),
                                              std::move(wanted));
  if (!ran) co_return problem_reply(rest::problem_of(ran.error()));
  if (auto* missing = std::get_if<service::MissingFiles>(&*ran))
    co_return problem_reply(rest::problem_of(std::move(*missing)));
  co_return json_reply(rest::to_json(std::get<service::PreviewView>(*ran)));
}

async::Task<http::Response> submit_experiment(ApiContext& context, RequestContext call) {
  auto submission = submission_of(context, call.request);
  if (!submission) co_return no_submission(submission.error());
  submission->options.idempotency_key = std::string(call.request.headers.get("Idempotency-Key"));
  if (submission->options.idempotency_key.size() > 200) {
    co_return problem_reply(400, "bad-key", "an Idempotency-Key has at most 200 characters");
  }
  auto charges = charges_of(context.service, call.request);
  if (!charges) co_return problem_reply(400, "bad-budget", charges.error().message);
  submission->options.charges = std::move(*charges);
  auto submitted =
      co_await context.service.submit(std::move(submission->bundle), std::move(submission->options));
  if (!submitted) co_return problem_reply(rest::problem_of(submitted.error()));
  if (auto* missing = std::get_if<service::MissingFiles>(&*submitted)) {
    co_return problem_reply(rest::problem_of(std::move(*missing)));
  }
  const auto& made = std::get<experiment::Submitted>(*submitted);
  auto response = json_reply(rest::to_json(made), 201);
  response.headers.set("Location", "/api/v1/experiments/" + to_string(made.id));
  co_return response;
}

async::Task<std::string> page_of_experiments(service::Service& service, service::ExperimentFilter filter,
                                             Cursor cursor) {
  const auto most = filter.at_most++;  // one more, to see whether there is
  rest::Page<service::ExperimentView> page;
  page.items = co_await service.experiments(filter);
  if (page.items.size() > most) {
    page.items.pop_back();
    page.next = cursor.after(to_string(page.items.back().id));
  }
  co_return rest::to_json(page);
}

async::Task<http::Response> list_experiments(ApiContext& context, RequestContext call) {
  const auto limit = whole_number(call.target, "limit", 1, 1000);
  const Cursor cursor("experiments", call.target);
  const auto before = cursor.place_number();
  if (!limit) co_return problem_reply(400, "bad-query", limit.error().message);
  if (!before) co_return problem_reply(400, "bad-query", before.error().message);
  const auto state = call.target.get("state");
  if (state && !experiment::experiment_state_from(*state)) {
    co_return problem_reply(400, "bad-query", "there is no experiment state '" + *state + "'");
  }
  service::ExperimentFilter filter;
  if (state) filter.state = experiment::experiment_state_from(*state);
  if (*before) filter.before = experiment::ExperimentId{**before};
  filter.at_most = static_cast<std::size_t>(limit->value_or(100));
  const std::string key =
      state.value_or("") + "," + std::to_string(before->value_or(0)) + "," + std::to_string(filter.at_most);
  auto make = [&service = context.service, filter, cursor] {
    return page_of_experiments(service, filter, cursor);
  };
  const auto page = co_await context.pages.ask(key, std::move(make));
  co_return json_reply(*page);
}

async::Task<http::Response> show_experiment(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto detail = co_await context.service.experiment(*id);
  if (!detail) co_return problem_reply(detail.error());
  co_return json_reply(rest::to_json(*detail));
}

async::Task<http::Response> show_progress(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto view = co_await context.service.progress(*id);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view));
}

async::Task<http::Response> cancel_experiment(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto cancelled = co_await context.service.cancel(*id);
  if (!cancelled) co_return problem_reply(cancelled.error());
  const auto view = co_await context.service.progress(*id);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view), 202);
}

// Asks for a change, and tells how the experiment stands.
async::Task<http::Response> changed(service::Service& service, experiment::ExperimentId id,
                                    async::Task<Result<void>> change) {
  const auto done = co_await std::move(change);
  if (!done) co_return problem_reply(done.error());
  const auto view = co_await service.progress(id);
  if (!view) co_return problem_reply(view.error());
  co_return json_reply(rest::to_json(*view), 202);
}

async::Task<http::Response> pause_experiment(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  co_return co_await changed(context.service, *id, context.service.pause(*id));
}

template <service::GoingOn::How how>
async::Task<http::Response> go_on(ApiContext& context, RequestContext call) {
  const auto request = go_on_request_from_json(call.request.body);
  if (!request) co_return problem_reply(400, "bad-body", request.error().message);
  auto auth = registry_auth_from(request->registry_auth);
  if (!auth) co_return no_submission(auth.error());
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  service::GoingOn going_on{.how = how, .samples = 0, .registry_auth = std::move(*auth)};
  co_return co_await changed(context.service, *id, context.service.go_on(*id, std::move(going_on)));
}

async::Task<http::Response> extend_experiment(ApiContext& context, RequestContext call) {
  const auto request = extend_request_from_json(call.request.body);
  if (!request) co_return problem_reply(400, "bad-body", request.error().message);
  auto auth = registry_auth_from(request->registry_auth);
  if (!auth) co_return no_submission(auth.error());
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  service::GoingOn going_on{.how = service::GoingOn::How::Extended,
                            .samples = request->samples.value,
                            .registry_auth = std::move(*auth)};
  auto charges = charges_of(context.service, call.request);
  if (!charges) co_return problem_reply(400, "bad-budget", charges.error().message);
  going_on.charges = std::move(*charges);
  co_return co_await changed(context.service, *id, context.service.go_on(*id, std::move(going_on)));
}

async::Task<http::Response> delete_experiment(ApiContext& context, RequestContext call) {
  const auto id = co_await context.service.find_experiment(call.parameters[0]);
  if (!id) co_return problem_reply(id.error());
  const auto deleted = co_await context.service.delete_experiment(*id);
  if (!deleted) co_return problem_reply(deleted.error());
  co_return json_reply(rest::to_json(*deleted));
}

constexpr Route kExperimentRoutes[] = {
    {http::Method::Post, "/api/v1/plan", plan_experiment, json_schema<service::PlanView>, "",
     json_schema<SubmissionBody>, kYaml},
    {http::Method::Post, "/api/v1/preview", preview_experiment, json_schema<service::PreviewView>,
     "series times", json_schema<SubmissionBody>, kYaml},
    {http::Method::Post, "/api/v1/experiments", submit_experiment, json_schema<experiment::Submitted>, "",
     json_schema<SubmissionBody>, kYaml},
    {http::Method::Get, "/api/v1/experiments", list_experiments, json_schema<Page<service::ExperimentView>>,
     "limit cursor state"},
    {http::Method::Get, "/api/v1/experiments/{which}", show_experiment,
     json_schema<service::ExperimentDetail>},
    {http::Method::Delete, "/api/v1/experiments/{which}", delete_experiment, json_schema<service::Forgotten>},
    {http::Method::Get, "/api/v1/experiments/{which}/progress", show_progress,
     json_schema<service::ExperimentView>},
    {http::Method::Post, "/api/v1/experiments/{which}/cancel", cancel_experiment,
     json_schema<service::ExperimentView>},
    {http::Method::Post, "/api/v1/experiments/{which}/pause", pause_experiment,
     json_schema<service::ExperimentView>},
    {http::Method::Post, "/api/v1/experiments/{which}/resume", go_on<service::GoingOn::How::Rest>,
     json_schema<service::ExperimentView>, "", json_schema<GoOnRequest>},
    {http::Method::Post, "/api/v1/experiments/{which}/retry", go_on<service::GoingOn::How::Failed>,
     json_schema<service::ExperimentView>, "", json_schema<GoOnRequest>},
    {http::Method::Post, "/api/v1/experiments/{which}/extend", extend_experiment,
     json_schema<service::ExperimentView>, "", json_schema<ExtendRequest>},
};

}  // namespace

std::span<const Route> experiment_routes() {
  return kExperimentRoutes;
}

}  // namespace flowyard::controller::rest
