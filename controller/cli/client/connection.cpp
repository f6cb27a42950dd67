#include "controller/cli/client/connection.hpp"

#include "controller/cli/failure.hpp"
#include "controller/rest/problem.hpp"

namespace flowyard::controller::cli {
namespace {

// Long enough to compile a large model and to draw a large design.
constexpr Milliseconds kAnswerLimit{600'000};

std::string body_or_fail(http::Response response) {
  if (response.status / 100 == 2) return std::move(response.body);
  throw CommandFailed(errors_of(response));
}

http::Connector connector_for(const Target& target) {
  if (target.endpoint.kind != http::Endpoint::Kind::Tls) return http::plain_connector();
  try {
    return tls::connector(target.tls_files);
  } catch (const boost::system::system_error& error) {
    throw CommandFailed(invalid(std::string("cannot use the files given for https: ") + error.what()));
  }
}

bool is_broken_connection(const std::exception& error) {
  return dynamic_cast<const boost::system::system_error*>(&error) && !async::is_cancellation(error);
}

}  // namespace

Errors errors_of(const http::Response& response) {
  auto errors = rest::read_problem(response.status, response.body).errors;
  if (!errors.empty() && response.status == 401) {
    errors.front().message += "\n  say which token with --token or FLOWYARD_TOKEN";
  } else if (!errors.empty() && response.status == 403) {
    errors.front().message += "\n  another token, given with --token or FLOWYARD_TOKEN, may do more";
  }
  return errors;
}

Connection::Connection(async::Executor executor, Target target, Terminal& terminal)
    : target_(std::move(target)),
      terminal_(terminal),
      client_(std::move(executor), target_.endpoint, {}, connector_for(target_)) {}

http::Request Connection::signed_request(http::Request request) const {
  if (!target_.token.empty()) request.headers.set("Authorization", "Bearer " + target_.token.reveal());
  return request;
}

CommandFailed Connection::unreachable(const std::string& why) const {
  return CommandFailed(failure(ErrorCode::Unavailable,
                               "no controller answers at " + to_string(target_.endpoint) + ": " + why +
                                   "\n  start one with 'flowyard controller run', or say where it is with "
                                   "--controller or FLOWYARD_CONTROLLER"));
}

async::Task<> Connection::bring_up(std::string why) {
  if (target_.auto_start == AutoStart::Never) throw unreachable(why);
  terminal_.note("Starting a controller in the background; it leaves after 10 minutes without work.");
  co_await start_background_controller(target_.start);
}

async::Task<http::Response> Connection::ask(http::Request request) {
  for (bool fresh = false;; fresh = true) {
    std::string why;
    bool broken = false;
    try {
      http::Request copy = signed_request(request);
      co_return co_await client_.send(std::move(copy), kAnswerLimit);
    } catch (const http::ConnectFailed& error) {
      if (fresh) throw unreachable(error.what());
      why = error.what();
    } catch (const std::exception& error) {
      if (!is_broken_connection(error)) throw;
      // What may have been done must not be done again, except where the controller can tell (its key).
      const bool repeatable = request.method == http::Method::Get || request.headers.has("Idempotency-Key");
      if (fresh || !repeatable) {
        throw CommandFailed(failure(ErrorCode::Unavailable,
                                    std::string("the connection to the controller broke (") + error.what() +
                                        "); whether it did what was asked is not known"));
      }
      broken = true;
    }
    if (!broken) co_await bring_up(std::move(why));
  }
}

async::Task<std::unique_ptr<http::ResponseStream>> Connection::open(std::string path, http::Headers headers,
                                                                    AutoStart start) {
  http::Request request;
  request.target = std::move(path);
  request.headers = std::move(headers);
  auto stream = co_await open(std::move(request), start);
  if (stream->head().status / 100 == 2) co_return stream;
  http::Response refused;
  refused.status = stream->head().status;
  while (auto piece = co_await stream->read()) refused.body += *piece;
  body_or_fail(std::move(refused));
  co_return stream;
}

async::Task<std::unique_ptr<http::ResponseStream>> Connection::open(http::Request request, AutoStart start) {
  for (bool fresh = false;; fresh = true) {
    std::string why;
    try {
      http::Request copy = signed_request(request);
      co_return co_await client_.open(std::move(copy), kAnswerLimit);
    } catch (const http::ConnectFailed& error) {
      if (fresh || start == AutoStart::Never) throw unreachable(error.what());
      why = error.what();
    }
    co_await bring_up(std::move(why));
  }
}

async::Task<std::string> Connection::get(std::string path) {
  http::Request request;
  request.target = std::move(path);
  auto response = co_await ask(std::move(request));
  co_return body_or_fail(std::move(response));
}

async::Task<std::string> Connection::post(std::string path, std::string json) {
  http::Request request;
  request.method = http::Method::Post;
  request.target = std::move(path);
  if (!json.empty()) request.headers.set("Content-Type", "application/json");
  request.body = std::move(json);
  auto response = co_await ask(std::move(request));
  co_return body_or_fail(std::move(response));
}

async::Task<std::string> Connection::remove(std::string path) {
  http::Request request;
  request.method = http::Method::Delete;
  request.target = std::move(path);
  auto response = co_await ask(std::move(request));
  co_return body_or_fail(std::move(response));
}

std::string path_of(std::string_view collection, std::string_view name, std::string_view tail) {
  std::string path = "/api/v1/";
  path += collection;
  path += "/";
  path += http::percent_encode(name);
  path += tail;
  return path;
}

}  // namespace flowyard::controller::cli
