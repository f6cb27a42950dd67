#include "worker/app/serve.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <limits>

#include <boost/asio/signal_set.hpp>

#include "common/async/blocking.hpp"
#include "common/http/server.hpp"
#include "worker/app/human_format.hpp"
#include "worker/app/native_runner.hpp"
#include "worker/app/run_request.hpp"
#include "worker/engine/describe.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

constexpr std::string_view kPrograms = "/v1/programs/";
// A request is answered by one chunk, whatever its size; the engine has limits of its own.
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
  return answer(status, to_string(error) + "\n", "text/plain; charset=utf-8");
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read the program " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class RunServer {
 public:
  explicit RunServer(Log log) : log_(std::move(log)) {}

  void load(const std::string& path) {
    if (auto kept = runner_.keep(kDefaultProgram, contents_of(path)); !kept) {
      throw std::runtime_error(path + " is no program: " + to_string(kept.error()));
    }
  }

  async::Task<http::Response> handle(http::Request request) {
    const std::string path = http::parse_target(request.target).path;
    const bool of_program = path.starts_with(kPrograms);
    std::function<http::Response()> work;
    if (request.method == "POST" && path == "/v1/run") {
      work = [this, &request] { return run(request.body); };
    } else if (request.method == "PUT" && of_program) {
      work = [this, &request, &path] { return keep(path.substr(kPrograms.size()), request.body); };
    } else if (request.method == "GET" && of_program) {
      work = [this, &path] { return show(path.substr(kPrograms.size())); };
    } else {
      co_return answer(404, "POST /v1/run, PUT or GET /v1/programs/NAME\n", "text/plain; charset=utf-8");
    }
    http::Response response = co_await pool_.run(work);
    log_.info(request.method + " " + path + ": " + std::to_string(response.status));
    co_return response;
  }

 private:
  http::Response keep(const std::string& name, std::string bytes) {
    auto kept = runner_.keep(name, std::move(bytes));
    return kept ? answer(204, "", "text/plain") : refusal(422, kept.error());
  }

  http::Response show(const std::string& name) const {
    const engine::Program* program = runner_.find(name);
    if (!program) return refusal(404, invalid("there is no program '" + name + "' here"));
    return answer(200, engine::describe(*program), "text/plain; charset=utf-8");
  }

  http::Response run(const std::string& body) {
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
  async::BlockingPool pool_{1};  // also where the runner is looked at
};

}  // namespace

async::Task<ExitCode> serve_by_hand(Serve serve, Log log) {
  RunServer bench(log);
  if (!serve.program_file.empty()) bench.load(serve.program_file);
  const auto executor = co_await async::asio::this_coro::executor;
  const http::Handler handler = [&bench](http::Request request) { return bench.handle(std::move(request)); };
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
