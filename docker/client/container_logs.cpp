// Reading a container's log.
#include <algorithm>

#include "docker/client/container_call.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/logs.hpp"

namespace flowyard::docker {
namespace {

// The content type states the format from API 1.42 on; before, it is of no use.
bool is_framed(LogForm form, std::string_view content_type) {
  if (form != LogForm::Automatic) return form == LogForm::Framed;
  return content_type != "application/vnd.docker.raw-stream";
}

}  // namespace

LogStream::LogStream(std::unique_ptr<Body> body, LogForm form)
    : body_(std::move(body)), framed_(is_framed(form, body_->headers().get("Content-Type"))) {}

async::Task<std::optional<LogChunk>> LogStream::read() {
  while (ready_.empty()) {
    if (!body_) co_return std::nullopt;
    auto piece = co_await body_->read();
    if (!piece) {
      if (!frames_.at_boundary()) throw ReplyLost(body_->asked(), "the log ended within a frame");
      co_return std::nullopt;
    }
    if (framed_) {
      ready_ = frames_.feed(*piece);
      std::reverse(ready_.begin(), ready_.end());
    } else {
      ready_.push_back(LogChunk{.source = LogSource::Stdout, .text = std::move(*piece)});
    }
  }
  std::optional<LogChunk> chunk = std::move(ready_.back());
  ready_.pop_back();
  co_return chunk;
}

Task<LogStream> Engine::logs(std::string name, LogOptions options, Milliseconds limit) {
  Call call = call_about_container("read the log of", name, http::Method::Get, "/logs");
  call.query.add_flag("follow", options.follow)
      .add_flag("stdout", options.out)
      .add_flag("stderr", options.err);
  call.query.add_flag("timestamps", options.timestamps);
  if (options.tail) call.query.add("tail", std::to_string(*options.tail));
  if (options.since) call.query.add("since", to_unix_text(*options.since));
  if (options.until) call.query.add("until", to_unix_text(*options.until));
  auto body = co_await requester_->open(std::move(call), limit);
  co_return LogStream(std::move(body), options.form);
}

}  // namespace flowyard::docker
