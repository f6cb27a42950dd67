#include "worker/app/controller_link.hpp"

#include "common/async/backoff.hpp"
#include "common/base/text.hpp"
#include "common/base/whole_file.hpp"
#include "worker/app/human_format.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr async::Backoff kPauses{.initial = 100ms, .max = 2s};
constexpr Milliseconds kHelloLimit = 10s;

constexpr std::size_t kMostOfATokenFile = 4096;

// Throws where there is none yet: a starting controller may be about to write it.
Secret read_token(const std::string& path) {
  const std::string content = read_file(path, kMostOfATokenFile);
  const std::string token(trimmed(content.substr(0, content.find('\n'))));
  if (token.empty()) throw std::runtime_error("the token file " + path + " is empty");
  return Secret(token);
}

// The `detail` of a problem body is for people; anything else is shown by its beginning.
std::string shortened(const std::string& body) {
  constexpr std::size_t kMost = 300;
  return body.size() <= kMost ? body : body.substr(0, kMost) + "...";
}

}  // namespace

ControllerLink::ControllerLink(async::Executor executor, http::Endpoint controller, Identity identity,
                               Log log)
    : client_(std::move(executor), std::move(controller)),
      identity_(std::move(identity)),
      log_(std::move(log)),
      heard_at_(steady_clock::now()) {}

async::Task<http::Response> ControllerLink::ask(http::Request request, Milliseconds limit) {
  for (int attempt = 1;; ++attempt) {
    auto response = co_await try_once(request, limit);
    if (response) co_return std::move(*response);
    co_await async::sleep_for(kPauses.pause_before(attempt));
  }
}

async::Task<std::optional<http::Response>> ControllerLink::try_once(http::Request request,
                                                                    Milliseconds limit) {
  std::string trouble;
  try {
    if (!greeted_) co_await greet();
    http::Response response = co_await client_.send(signed_copy(request), limit);
    note_answer();
    if (response.status != 401 && response.status < 500) {
      complaining_ = false;
      co_return response;
    }
    trouble = "it answers " + std::to_string(response.status) + " " + shortened(response.body);
    if (response.status == 401) greeted_ = false;
  } catch (const WorkerExit&) {
    throw;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    trouble = error.what();
    greeted_ = false;  // the next controller to answer may be another one
  }
  note_failure(trouble);
  co_return std::nullopt;
}

async::Task<> ControllerLink::greet() {
  token_ = read_token(identity_.token_file);
  const protocol::Hello hello{.protocol = protocol::kVersion,
                              .worker = identity_.name,
                              .runner = identity_.runner,
                              .version = FLOWYARD_VERSION};
  http::Request request;
  request.method = http::Method::Post;
  request.target = "/v1/hello";
  request.body = protocol::to_json(hello);
  request.headers.set("Content-Type", protocol::kJsonType);
  const http::Response response = co_await client_.send(signed_copy(request), kHelloLimit);
  note_answer();
  if (response.status == 200) {
    welcomed(response.body);
    co_return;
  }
  if (response.status >= 500) {
    throw std::runtime_error("it answers hello with " + std::to_string(response.status));
  }
  const std::string answer = std::to_string(response.status) + " " + shortened(response.body);
  if (response.status == 401) {
    throw WorkerExit(ExitCode::Denied, "the controller does not know this worker or its token: " + answer);
  }
  if (response.status == 410)
    throw WorkerExit(ExitCode::Done, "the controller expects no worker here any more");
  throw WorkerExit(ExitCode::Protocol, "the controller does not take protocol version " +
                                           std::to_string(protocol::kVersion) + ": " + answer);
}

void ControllerLink::welcomed(const std::string& body) {
  auto welcome = protocol::from_json<protocol::Welcome>(body);
  if (!welcome) throw WorkerExit(ExitCode::Protocol, "hello was answered by " + to_string(welcome.error()));
  const bool first = welcome_.controller.empty();
  const bool another = welcome_.controller != welcome->controller;
  welcome_ = std::move(*welcome);
  greeted_ = true;
  complaining_ = false;
  if (first) {
    log_.info(identity_.name + " at your service (flowyard-worker " FLOWYARD_VERSION ", " + identity_.runner +
              " runner)");
  } else {
    log_.info(another ? "a new controller answers; it knows me now" : "the controller answers again");
  }
}

void ControllerLink::note_answer() {
  heard_at_ = steady_clock::now();
}

// Checks the time limit only after an attempt, so that a worker that was suspended for long makes one more.
void ControllerLink::note_failure(const std::string& trouble) {
  if (!complaining_) log_.warning("the controller is not there, trying again: " + trouble);
  complaining_ = true;
  const std::chrono::duration<double> silence = steady_clock::now() - heard_at_;
  if (silence.count() > welcome_.silence_limit) {
    throw WorkerExit(ExitCode::Silence, "no answer from the controller for " + span_text(silence.count()) +
                                            ", the last trouble was: " + trouble);
  }
}

http::Request ControllerLink::signed_copy(const http::Request& request) const {
  http::Request copy = request;
  copy.headers.set("Authorization", "Bearer " + token_.reveal());
  return copy;
}

}  // namespace flowyard::worker::app
