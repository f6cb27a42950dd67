#include "controller/mcp/protocol/tasks.hpp"

#include "common/base/log.hpp"
#include "common/crypto/sha256.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr std::chrono::hours kLife{1};  // after its end
constexpr int kPollMs = 1'000;
constexpr std::size_t kMostRunning = 100, kMostKept = 1'000;

std::string now_text() {
  return to_rfc3339(SystemClock().now());
}

}  // namespace

struct Tasks::Record {
  explicit Record(const async::Executor& executor) : answered(executor) {}

  std::string id, principal;
  std::string status = "working", message, created = now_text(), updated = created;
  Json result, error;  // null: none
  Questions open;      // what it waits for
  Answers answers;
  async::Event answered;
  async::TaskGroup::Handle handle;
  std::chrono::steady_clock::time_point ended = {};

  bool is_over() const { return status != "working" && status != "input_required"; }
  void become(std::string new_status) {
    status = std::move(new_status);
    updated = now_text();
    if (is_over()) ended = std::chrono::steady_clock::now();
  }
  Json to_json() const {
    Json json{{"taskId", id},
              {"status", status},
              {"createdAt", created},
              {"lastUpdatedAt", updated},
              {"ttlMs", std::chrono::milliseconds(kLife).count()},
              {"pollIntervalMs", kPollMs}};
    if (!message.empty()) json["statusMessage"] = message;
    return json;
  }
};

Tasks::Tasks(async::Executor executor) : executor_(executor), running_(executor) {}
Tasks::~Tasks() = default;

Task<> Tasks::close() {
  running_.cancel();
  co_await running_.join();
}

void Tasks::forget_old() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(records_, [&](const auto& one) {
    return one.second->is_over() && (one.second->ended + kLife < now || records_.size() > kMostKept);
  });
}

Json Tasks::start(const std::string& principal, Call call, Work work) {
  forget_old();
  if (running_.size() >= kMostRunning)
    throw RpcFailure(kInternalError, "too many tasks run; wait for one of them to end", 503);
  auto record = std::make_shared<Record>(executor_);
  record->id = crypto::random_hex(16);
  record->principal = principal;
  records_[record->id] = record;
  record->handle = running_.spawn("task", run(record, std::move(call), std::move(work)));
  Json created = record->to_json();
  created["status"] = "working";
  created.erase("statusMessage");
  return created;
}

Task<> Tasks::run(std::shared_ptr<Record> record, Call call, Work work) {
  call.notify = {};
  call.ask = [this, record](Questions questions) { return ask(record, std::move(questions)); };
  Progress progress = [record](double, double, std::string message) -> Task<> {
    record->message = std::move(message);
    record->updated = now_text();
    co_return;
  };
  bool was_cancelled = false;
  try {
    record->result = co_await work(std::move(call), std::move(progress));
  } catch (const RpcFailure& failure) {
    record->error = protocol::to_json(failure);
  } catch (const std::exception& failure) {
    was_cancelled = async::is_cancellation(failure);
    record->error = Json{{"code", kInternalError}, {"message", failure.what()}};
  }
  record->open.clear();
  record->become(was_cancelled ? "cancelled" : record->error.is_null() ? "completed" : "failed");
}

Task<Answers> Tasks::ask(std::shared_ptr<Record> record, Questions questions) {
  record->open = std::move(questions);
  record->answers.clear();
  record->become("input_required");
  while (!record->open.empty()) co_await record->answered.wait_past(record->answered.version());
  record->become("working");
  co_return record->answers;
}

Tasks::Record& Tasks::find(const std::string& principal, const std::string& id) {
  const auto found = records_.find(id);
  if (found == records_.end() || found->second->principal != principal)
    throw RpcFailure(kInvalidParams, "there is no task '" + id + "', any more");
  return *found->second;
}

Json Tasks::get(const std::string& principal, const std::string& id) {
  const Record& record = find(principal, id);
  Json json = record.to_json();
  if (record.status == "completed") json["result"] = record.result;
  if (record.status == "failed") json["error"] = record.error;
  if (record.status == "input_required") json["inputRequests"] = protocol::to_json(record.open);
  return json;
}

Json Tasks::update(const std::string& principal, const std::string& id, const Json& answers) {
  Record& record = find(principal, id);
  if (!answers.is_object()) throw RpcFailure(kInvalidParams, "params.inputResponses must be an object");
  std::erase_if(record.open, [&](const Question& question) {
    if (!answers.contains(question.key) || !is_answer(question, answers[question.key])) return false;
    record.answers[question.key] = answers[question.key];
    return true;
  });
  record.answered.notify();
  return Json::object();
}

Json Tasks::cancel(const std::string& principal, const std::string& id) {
  Record& record = find(principal, id);
  if (!record.is_over()) record.handle.cancel();
  return Json::object();
}

}  // namespace flowyard::controller::mcp::protocol
