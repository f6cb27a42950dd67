#include "controller/cli/client/sending.hpp"

#include <algorithm>
#include <random>

#include "controller/cli/client/bundle.hpp"
#include "controller/cli/client/registry_credentials.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/experiment/file/overrides_text.hpp"
#include "controller/rest/problem.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

// A model may name further files, and those others: so many rounds are enough for any that is not a loop.
constexpr int kMaxRounds = 20;

http::Request json_request(std::string path, std::string body) {
  http::Request request;
  request.method = http::Method::Post;
  request.target = std::move(path);
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

std::string random_key() {
  std::random_device device;
  std::string key;
  for (int i = 0; i < 4; ++i) {
    char word[16];
    std::snprintf(word, sizeof word, "%08x", device());
    key += word;
  }
  return key;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

// What is wrong with a flag has its place in the block of overrides, which the user's file does not have: the
// error says it by the block's line.
Errors as_user_said(Errors errors, const experiment::Bundle& sent, const std::string& text) {
  const auto written = lines_of(text), all = lines_of(sent.text);
  for (auto& error : errors) {
    auto& place = error.location;
    const auto line = static_cast<std::size_t>(place.line);
    if (place.file != sent.file_name || line == 0 || line > all.size()) continue;
    const auto& said = all[line - 1];
    if (std::find(written.begin(), written.end(), said) != written.end()) continue;
    error.message = "on the command line, '" +
                    said.substr(std::min(said.find_first_not_of(' '), said.size())) + "': " + error.message;
    place = {};
  }
  return errors;
}

// Adds the files that a problem names; throws what else it says.
void answer_problem(const http::Response& response, rest::Submission& submission, const Origin& origin) {
  auto problem = rest::read_problem(response.status, response.body);
  if (problem.missing.empty())
    throw CommandFailed(as_user_said(errors_of(response), submission.bundle, origin.text));
  ExperimentFile experiment{.bundle = std::move(submission.bundle), .folder = origin.folder};
  auto added = add_files(experiment, problem.missing);
  submission.bundle = std::move(experiment.bundle);
  if (!added) throw CommandFailed(added.error());
}

}  // namespace

rest::Submission read_submission(const SubmitOptions& options, Origin& origin) {
  auto experiment = value_or_fail(read_experiment_file(options.file));
  auto& text = experiment.bundle.text;
  origin = {.folder = std::move(experiment.folder), .text = text};
  text = value_or_fail(experiment::file::with_overrides(options.file, text, options.overrides));
  return {.bundle = std::move(experiment.bundle), .options = options.options};
}

async::Task<service::PlanView> send_plan(Session& session, rest::Submission& submission, Origin origin) {
  for (int round = 0; round < kMaxRounds; ++round) {
    auto request = json_request("/api/v1/plan", rest::to_json(submission));
    const auto response = co_await session.connection.ask(std::move(request));
    if (response.status == 200) co_return value_or_fail(rest::plan_from_json(response.body));
    answer_problem(response, submission, origin);
  }
  throw CommandFailed(failure(ErrorCode::Limit, "the controller keeps asking for more files"));
}

async::Task<service::PlanView> plan_of(SubmitOptions options, Session& session) {
  Origin origin;
  auto submission = read_submission(options, origin);
  auto view = co_await send_plan(session, submission, std::move(origin));
  for (const auto& warning : view.warnings) session.terminal.note("warning: " + printable(warning));
  co_return view;
}

Secret noted_credentials(Session& session, const std::string& image) {
  if (image.empty()) return {};
  auto credentials = credentials_for(image, session.environment);
  if (!credentials.trouble.empty())
    session.terminal.note("warning: no credentials for the image " + printable(image) + ": " +
                          printable(credentials.trouble));
  return std::move(credentials.auth);
}

async::Task<experiment::Submitted> send_submission(Session& session, rest::Submission submission,
                                                   const service::PlanView& planned) {
  submission.options.registry_auth = noted_credentials(session, planned.image);
  auto request = json_request("/api/v1/experiments", rest::to_json(submission));
  // Makes it safe to send it again when the connection breaks before the answer.
  request.headers.set("Idempotency-Key", random_key());
  const auto response = co_await session.connection.ask(std::move(request));
  if (response.status / 100 != 2) throw CommandFailed(errors_of(response));
  co_return value_or_fail(rest::submitted_from_json(response.body));
}

}  // namespace flowyard::controller::cli
