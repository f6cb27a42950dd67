#include "controller/mcp/protocol/sessions.hpp"

#include <algorithm>

#include "common/crypto/sha256.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr Milliseconds kAnswerLimit{600'000};  // a person may be away for a while
constexpr int kMostTries = 3;
constexpr std::chrono::hours kIdleLimit{4};
constexpr std::size_t kMostSessions = 1'000;

}  // namespace

struct Session::Open {
  explicit Open(const async::Executor& executor) : arrived(executor) {}
  async::Event arrived;
  Json message;  // null: none yet
};

Session::Session(async::Executor executor, std::string its_id, std::string whose)
    : id(std::move(its_id)), principal(std::move(whose)), changed(executor), executor_(std::move(executor)) {}

Task<Answers> Session::ask(Questions questions, std::function<Task<>(Json)> send) {
  Answers answers;
  for (const auto& question : questions) {
    Json answer{{"action", "cancel"}};
    for (int i = 0; i < kMostTries; ++i) {
      const std::string request_id = "question-" + std::to_string(++asked_);
      auto open = std::make_shared<Open>(executor_);
      open_[request_id] = open;
      const std::shared_ptr<void> closing(nullptr, [this, request_id](void*) { open_.erase(request_id); });
      Json request{{"jsonrpc", "2.0"}, {"id", request_id}, {"method", question.method}};
      request["params"] = question.params;
      co_await send(std::move(request));
      co_await open->arrived.wait_past(0, kAnswerLimit);
      const Json& message = open->message;
      if (message.is_null() || !message.contains("result")) break;
      if (!is_answer(question, message["result"])) continue;
      answer = message["result"];
      break;
    }
    answers[question.key] = std::move(answer);
  }
  co_return answers;
}

bool Session::take_answer(const Json& message) {
  const Json request_id = message.value("id", Json());
  const auto open = request_id.is_string() ? open_.find(request_id.get<std::string>()) : open_.end();
  if (open == open_.end()) return false;
  open->second->message = message;
  open->second->arrived.notify();
  return true;
}

void Session::cancel(const Json& request_id) {
  if (const auto found = running_.find(request_id.dump()); found != running_.end()) found->second->notify();
}

Session::Running::Running(Session& session, const Json& request_id)
    : session_(session), id_(request_id.dump()), event_(std::make_shared<async::Event>(session.executor_)) {
  session_.running_[id_] = event_;
}

Session::Running::~Running() {
  // An id that was used twice is its last user's.
  if (const auto found = session_.running_.find(id_);
      found != session_.running_.end() && found->second == event_)
    session_.running_.erase(found);
}

Task<> Session::Running::cancelled() {
  return event_->wait_past(0);
}

std::shared_ptr<Session> Sessions::open(const std::string& principal) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(sessions_, [&](const auto& one) { return one.second->last_used + kIdleLimit < now; });
  if (sessions_.size() >= kMostSessions) {
    const auto earlier = [](const auto& a, const auto& b) {
      return a.second->last_used < b.second->last_used;
    };
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(), earlier));
  }
  auto session = std::make_shared<Session>(executor_, crypto::random_hex(16), principal);
  session->last_used = now;
  sessions_[session->id] = session;
  return session;
}

std::shared_ptr<Session> Sessions::find(const std::string& id, const std::string& principal) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second->principal != principal) return nullptr;
  found->second->last_used = std::chrono::steady_clock::now();
  return found->second;
}

bool Sessions::end(const std::string& id, const std::string& principal) {
  if (!find(id, principal)) return false;
  sessions_.erase(id);
  return true;
}

}  // namespace flowyard::controller::mcp::protocol
