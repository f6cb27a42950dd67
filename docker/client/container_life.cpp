// The life of a container after it was created: start, wait, stop, rename, kill, remove.
#include <nlohmann/json.hpp>

#include "docker/client/container_call.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

constexpr int kNotModified = 304;

const char* to_string(WaitCondition condition) {
  switch (condition) {
    case WaitCondition::NextExit:
      return "next-exit";
    case WaitCondition::Removed:
      return "removed";
    case WaitCondition::NotRunning:
      break;
  }
  return "not-running";
}

}  // namespace

Call call_about_container(std::string_view verb, const std::string& name, http::Method method,
                          std::string_view suffix) {
  Call call;
  call.asked = std::string(verb) + " container " + name;
  call.method = method;
  call.path = "/containers/" + http::percent_encode(name) + std::string(suffix);
  return call;
}

Task<StartOutcome> Engine::start_container(std::string name, Milliseconds limit) {
  const auto answer =
      co_await requester_->send(call_about_container("start", name, http::Method::Post, "/start"), limit);
  co_return answer.status == kNotModified ? StartOutcome::AlreadyRunning : StartOutcome::Started;
}

Task<StopOutcome> Engine::stop_container(std::string name, std::chrono::seconds grace,
                                         Milliseconds beyond_grace) {
  Call call = call_about_container("stop", name, http::Method::Post, "/stop");
  call.query.add("t", std::to_string(grace.count()));
  const auto answer = co_await requester_->send(std::move(call), grace + beyond_grace);
  co_return answer.status == kNotModified ? StopOutcome::AlreadyStopped : StopOutcome::Stopped;
}

Task<> Engine::rename_container(std::string name, std::string new_name, Milliseconds limit) {
  Call call = call_about_container("rename", name, http::Method::Post, "/rename");
  call.query.add("name", std::move(new_name));
  co_await requester_->send(std::move(call), limit);
}

Task<> Engine::kill_container(std::string name, std::string signal, Milliseconds limit) {
  Call call = call_about_container("kill", name, http::Method::Post, "/kill");
  call.query.add("signal", signal);
  co_await requester_->send(std::move(call), limit);
}

Task<> Engine::remove_container(std::string name, RemoveContainer options, Milliseconds limit) {
  Call call = call_about_container("remove", name, http::Method::Delete, "");
  call.query.add_flag("force", options.force).add_flag("v", options.volumes);
  co_await requester_->send(std::move(call), limit);
}

Task<PendingExit> Engine::open_wait(std::string name, WaitCondition condition, Milliseconds limit) {
  Call call = call_about_container("wait for", name, http::Method::Post, "/wait");
  call.query.add("condition", to_string(condition));
  co_return PendingExit(co_await requester_->open(std::move(call), limit));
}

Task<ExitReport> PendingExit::exit() {
  std::string text;
  while (auto piece = co_await body_->read()) text += *piece;
  const auto json = fields::parse(text, body_->asked());
  ExitReport report;
  report.exit_code = static_cast<int>(fields::number(json, "StatusCode"));
  report.error = fields::text(fields::member(json, "Error"), "Message");
  co_return report;
}

}  // namespace flowyard::docker
