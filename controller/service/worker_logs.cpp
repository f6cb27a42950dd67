// The part of ControllerService that tells what workers wrote.
#include <algorithm>

#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::WorkerState;

namespace {

// The last `count` lines of a text.
std::string last_lines(const std::string& text, std::size_t count) {
  if (count == 0) return "";
  std::size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  while (at > 0 && count > 0) {
    const auto newline = text.rfind('\n', at - 1);
    if (newline == std::string::npos) return text;
    at = newline;
    --count;
  }
  return text.substr(at == 0 ? 0 : at + 1);
}

// Workers stamp their lines, so that the text order of RFC 3339 is the order of time.
std::string lines_since(const std::string& text, TimePoint since) {
  const std::string stamp = to_rfc3339(since);
  std::string kept;
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    if (text.compare(at, std::min(stamp.size(), end - at), stamp) >= 0) kept += text.substr(at, end - at);
    at = end;
  }
  return kept;
}

}  // namespace

Task<std::string> ControllerService::log_text(const experiment::Worker& worker) {
  const auto id = worker.id;
  const auto handle = worker.handle;
  const auto* live = orchestrator_.worker(id);
  if (live && !live->worker.handle.empty() && live->worker.state < WorkerState::Accounted) {
    co_return co_await orchestrator_.fleet(live->worker.fleet)->log(live->worker.handle);
  }
  auto kept = co_await store_.run([id](store::Store& store) { return store.kept_log(id); });
  co_return kept.value_or("");
}

Task<Result<void>> ControllerService::log(std::string which, LogOptions options, LineSink sink) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const experiment::Worker worker = *found;
  const auto* live = orchestrator_.worker(worker.id);
  const bool follows =
      options.follow && live && !live->worker.handle.empty() && live->worker.state < WorkerState::Exited;
  // By value: the worker may be gone before its log has been told.
  const std::string handle = live ? live->worker.handle : "";
  if (follows && !options.tail && !options.since) {
    auto* home = orchestrator_.fleet(worker.fleet);
    co_await home->follow_log(handle, sink);
    co_return Result<void>{};
  }
  std::string text = co_await log_text(worker);
  const std::size_t known = text.size();
  if (options.since) text = lines_since(text, *options.since);
  if (options.tail) text = last_lines(text, *options.tail);
  if (!text.empty()) co_await sink(std::move(text));
  if (!follows) co_return Result<void>{};
  // What came before has been told; the follower begins at the beginning, so that much is passed over.
  std::size_t passed = 0;
  auto rest = [&passed, known, &sink](std::string piece) -> Task<> {
    const std::size_t over = std::min(piece.size(), known - std::min(known, passed));
    passed += piece.size();
    if (over == piece.size()) return []() -> Task<> { co_return; }();
    return sink(piece.substr(over));
  };
  co_await orchestrator_.fleet(worker.fleet)->follow_log(handle, rest);
  co_return Result<void>{};
}

}  // namespace flowyard::controller::service
