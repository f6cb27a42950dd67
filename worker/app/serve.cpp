#include "worker/app/serve.hpp"

#include <csignal>
#include <limits>

#include <boost/asio/signal_set.hpp>

#include "common/async/blocking.hpp"
#include "common/base/whole_file.hpp"
#include "common/http/router.hpp"
#include "common/http/server.hpp"
#include "worker/app/human_format.hpp"
#include "worker/app/native_runner.hpp"
#include "worker/app/run_request.hpp"
#include "worker/engine/describe.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

constexpr const char* kTextType = "text/plain; charset=utf-8";
// A request is answered by one chunk of any size; the engine has limits of its own.
constexpr SliceLimits kWholeLease{.seconds = std::numeric_limits<double>::infinity(),
                                  .values = std::numeric_limits<double>::infinity()};

http::Response answer(int status, std::string body, const char* type) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.set("Content-Type", type);
  return response;
}

http::Response refusal(int status, const Error& error) {
  return answer(status, to_string(error) + "\n", kTextType);
}

class RunServer {
 public:
  explicit RunServer(Log log) : log_(std::move(log)) {}

  void load(const std::string& path) {
    if (auto kept = runner_.keep(kDefaultProgram, read_file(path)); !kept) {
      throw std::runtime_error(path + " is no program: " + to_string(kept.error()));
    }
  }

  async::Task<http::Response> handle(http::Request request) {
    const auto routing = http::find_route(std::span<const Route>(kRoutes), request.method, request.target);
    const auto* match = std::get_if<http::Match<Route>>(&routing);
    if (!match) co_return answer(404, "POST /v1/run, PUT or GET /v1/programs/NAME\n", kTextType);
    const auto action = match->row->action;
    const http::Parameters& parameters = match->parameters;
    const std::function<http::Response()> work = [&] { return (this->*action)(parameters, request.body); };
    http::Response response = co_await pool_.run(work);
    log_.info(std::string(to_string(request.method)) + " " + http::parse_target(request.target).path + ": " +
              std::to_string(response.status));
    co_return response;
  }

 private:
  struct Route {
    http::Method method;
    std::string_view pattern;
    http::Response (RunServer::*action)(const http::Parameters& parameters, std::string& body);
  };
  static const Route kRoutes[3];

  http::Response keep(const http::Parameters& parameters, std::string& body) {
    auto kept = runner_.keep(parameters.at(0), std::move(body));
    return kept ? answer(204, "", "text/plain") : refusal(422, kept.error());
  }

  http::Response show(const http::Parameters& parameters, std::string&) {
    const std::string& name = parameters.at(0);
    const engine::Program* program = runner_.find(name);
    if (!program) return refusal(404, invalid("there is no program '" + name + "' here"));
    return answer(200, engine::describe(*program), kTextType);
  }

  http::Response run(const http::Parameters&, std::string& body) {
    auto request = read_run_request(body);
    if (!request) return refusal(400, request.error());
    if (!request->program_bytes.empty()) {
      auto kept = runner_.keep(kPostedProgram, std::move(request->program_bytes));
      if (!kept) return refusal(422, kept.error());
      request->lease.program = kPostedProgram;
    }
    const engine::Program* program = runner_.find(request->lease.program);
    if (!program) {
      return refusal(404, invalid("there is no program '" + request->lease.program +
                                  "' here: PUT it to /v1/programs/NAME, or give program_base64"));
    }
    ask_for_all(*request, *program);
    if (auto begun = runner_.begin(std::move(request->lease)); !begun) return refusal(422, begun.error());
    const auto chunk = runner_.next({});
    if (!chunk) return refusal(422, chunk.error());
    return answer(200, protocol::to_json(**chunk) + "\n", protocol::kJsonType);
  }

  Log log_;
  NativeRunner runner_{kWholeLease};
  async::BlockingPool pool_{1};  // also where the runner is accessed
};

constexpr RunServer::Route RunServer::kRoutes[3] = {
    {http::Method::Post, "/v1/run", &RunServer::run},
    {http::Method::Put, "/v1/programs/{name...}", &RunServer::keep},
    {http::Method::Get, "/v1/programs/{name...}", &RunServer::show},
};

}  // namespace

async::Task<ExitCode> serve_by_hand(Serve serve, Log log) {
  RunServer run_server(log);
  if (!serve.program_file.empty()) run_server.load(serve.program_file);
  const auto executor = co_await async::asio::this_coro::executor;
  const http::Handler handler = [&run_server](http::Request request) {
    return run_server.handle(std::move(request));
  };
  http::ServerOptions options;
  http::Server server(executor, std::move(serve.listen), handler, options, log);
  log.info("listening at " + http::to_string(server.endpoint()) + "; POST /v1/run");
  boost::asio::signal_set signals(executor, SIGTERM, SIGINT);
  co_await signals.async_wait(boost::asio::use_awaitable);
  log.info("asked to stop: goodbye");
  co_await server.close();
  co_return ExitCode::Done;
}

}  // namespace flowyard::worker::app
