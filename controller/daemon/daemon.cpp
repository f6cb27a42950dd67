#include "controller/daemon/daemon.hpp"

#include <atomic>
#include <filesystem>
#include <iostream>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "common/base/descriptor_limit.hpp"
#include "common/base/folder_lock.hpp"
#include "common/base/private_folder.hpp"
#include "common/base/text.hpp"
#include "common/base/whole_file.hpp"
#include "common/crypto/sha256.hpp"
#include "common/tls/tls.hpp"
#include "controller/cli/ui/clean_stream.hpp"
#include "controller/daemon/fleets.hpp"
#include "controller/gateway/gateway.hpp"
#include "controller/mcp/endpoint.hpp"
#include "controller/rest/handler.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"

namespace flowyard::controller::daemon {
namespace {

using async::Task;
namespace asio = boost::asio;

constexpr std::size_t kTokenBytes = 32;
// Parts of all descriptors: what TCP leaves to the unix socket and the workers, and of that the unix socket
// to the workers, each of which needs a handful.
constexpr std::size_t kSpareForOthers = 4;
constexpr std::size_t kSpareForWorkers = 8;
constexpr std::size_t kMostOfAToken = 4096;  // of one that a person wrote

// The token for TCP: given, or the one in the data folder, made once.
Secret rest_token(const cli::ControllerOptions& options) {
  if (!options.token.empty()) return options.token;
  const auto path = options.folders.token_file();
  const std::string kept = read_file_if_there(path, kMostOfAToken).value_or("");
  if (const auto token = trimmed(kept); !token.empty()) return Secret(std::string(token));
  const std::string made = crypto::random_hex(kTokenBytes);
  write_file(path, made + "\n");
  return Secret(made);
}

// Counts running requests, to detect that the controller is idle.
class Activity {
 public:
  explicit Activity(const Clock& clock) : clock_(clock), last_(clock.now()) {}

  http::Handler around(http::Handler handler) {
    return [this, handler = std::move(handler)](http::Request request) {
      return counted(handler, std::move(request));
    };
  }
  Milliseconds idle_for() const { return under_way_ > 0 ? Milliseconds{0} : clock_.now() - last_; }
  void touch() { last_ = clock_.now(); }

 private:
  Task<http::Response> counted(http::Handler handler, http::Request request) {
    touch();
    ++under_way_;
    std::exception_ptr failure;
    http::Response response;
    try {
      response = co_await handler(std::move(request));
    } catch (...) {
      failure = std::current_exception();
    }
    --under_way_;
    touch();
    if (failure) std::rethrow_exception(failure);
    co_return response;
  }

  const Clock& clock_;
  TimePoint last_;
  int under_way_ = 0;
};

std::optional<std::uint64_t> free_bytes(const std::string& folder) {
  std::error_code failure;
  const auto space = std::filesystem::space(folder, failure);
  return failure ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

service::ImageRules image_rules(const cli::ControllerOptions& options) {
  service::ImageRules rules{.allow = options.images_allow};
  if (options.images_build == "always") rules.build = service::MayBuild::Anywhere;
  if (options.images_build == "never") rules.build = service::MayBuild::Nowhere;
  return rules;
}

class Daemon {
 public:
  Daemon(asio::io_context& io, cli::ControllerOptions options, Log log)
      : io_(io),
        options_(std::move(options)),
        log_(log),
        run_folder_(options_.folders.run),
        lock_(options_.folders.data),
        store_(store::usable_store(options_.folders.data)),
        activity_(clock_),
        stop_(io.get_executor()),
        signals_(io, SIGINT, SIGTERM),
        tasks_(io.get_executor(), log) {}

  Task<> run();

 private:
  Task<> assemble();
  Task<> come_up();
  // With /mcp beside it.
  http::Handler with_mcp(http::Handler rest);
  void listen();
  Task<> wait_for_stop();
  Task<> take_up_docker();
  Task<> check_store();
  Task<> watch_signals();
  Task<> watch_idling(Milliseconds limit);
  Task<> take_down();
  bool encrypts() const { return !options_.tls.cert.empty(); }
  const char* scheme() const { return encrypts() ? "https://" : "http://"; }
  void stop() {
    stopping_ = true;
    stop_.notify();
  }

  asio::io_context& io_;
  cli::ControllerOptions options_;
  Log log_;
  SystemClock clock_;
  async::SteadyTimer timer_;
  PrivateFolder run_folder_;  // first: the data folder may be inside it
  FolderLock lock_;
  store::StoreThread store_;
  Activity activity_;
  async::Event stop_;
  bool stopping_ = false;
  bool docker_to_come_ = false;
  asio::signal_set signals_;
  std::unique_ptr<orchestrator::Orchestrator> orchestrator_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<service::ControllerService> service_;
  std::vector<std::unique_ptr<mcp::Endpoint>> mcp_;  // one for each server
  std::vector<std::unique_ptr<http::Server>> servers_;
  std::vector<std::string> endpoints_;
  // The store is read through once, whole, beside all else.
  std::string store_health_ = "being checked";
  std::atomic<bool> check_unwanted_ = false;
  async::BlockingPool check_thread_{1};
  async::TaskGroup tasks_;
};

Task<> Daemon::assemble() {
  const auto installation = co_await store_.run([](store::Store& store) { return store.installation(); });
  store::remember_installation(options_.folders.data, installation);
  auto chosen = co_await choose_fleets(options_, installation, log_);
  auto executor = io_.get_executor();
  orchestrator_ = std::make_unique<orchestrator::Orchestrator>(executor, store_, std::move(chosen.fleets),
                                                               clock_, timer_, log_);
  orchestrator_->limit_workers(options_.max_workers);
  gateway::GatewayOptions gateway_options{.run_folder = options_.folders.run,
                                          .controller_id = crypto::random_hex(8)};
  gateway_ = std::make_unique<gateway::Gateway>(executor, *orchestrator_, std::move(gateway_options), log_);
  orchestrator_->attach(*gateway_);
  endpoints_ = {"unix://" + options_.folders.socket()};
  if (!options_.listen.empty()) endpoints_.push_back(scheme() + options_.listen);
  service::ServiceOptions service_options{.version = FLOWYARD_VERSION,
                                          .default_fleet = chosen.preferred,
                                          .fleet_detail = chosen.detail,
                                          .data_folder = options_.folders.data,
                                          .run_folder = options_.folders.run,
                                          .endpoints = endpoints_,
                                          .stop = [this] { stop(); },
                                          .store = [this] { return store_health_; },
                                          .free_bytes = [this] { return free_bytes(options_.folders.data); },
                                          .images = image_rules(options_)};
  service_ = std::make_unique<service::ControllerService>(*orchestrator_, store_, clock_, timer_,
                                                          std::move(service_options), log_);
  docker_to_come_ = chosen.docker_to_come;
  if (docker_to_come_) {
    log_.warning("no containers yet: no Docker Engine answers; it is looked for again and again",
                 {{"reason", chosen.detail}});
  } else {
    log_.info("workers will live in the " + chosen.preferred + " fleet", {{"fleet", chosen.detail}});
  }
}

http::Handler Daemon::with_mcp(http::Handler rest) {
  mcp_.push_back(std::make_unique<mcp::Endpoint>(io_.get_executor(), std::move(rest), FLOWYARD_VERSION));
  return activity_.around(mcp_.back()->handler());
}

void Daemon::listen() {
  rest::ApiOptions unix_options;
  unix_options.log = log_;
  const http::Endpoint socket{
      .kind = http::Endpoint::Kind::Unix, .path = options_.folders.socket(), .host = {}};
  auto unix_handler = with_mcp(rest::make_handler(*service_, std::move(unix_options)));
  http::ServerOptions unix_server;
  unix_server.spare_descriptors = descriptor_limit() / kSpareForWorkers;
  servers_.push_back(std::make_unique<http::Server>(io_.get_executor(), socket, std::move(unix_handler),
                                                    std::move(unix_server), log_));
  if (options_.listen.empty()) return;
  auto tcp = http::parse_listen_address(options_.listen).value();
  http::Acceptance acceptance;
  if (encrypts()) {
    tcp.kind = http::Endpoint::Kind::Tls;
    tls::ServerOptions files{.cert_file = options_.tls.cert,
                             .key_file = options_.tls.key,
                             .client_ca_file = options_.tls.client_ca};
    acceptance = tls::acceptance(std::move(files), log_);
  } else if (!http::is_local(tcp)) {
    log_.warning(
        "REST is open to other machines WITHOUT ENCRYPTION: whoever sees the traffic sees the token and can "
        "do "
        "everything that it allows",
        {{"listen", options_.listen}});
  }
  rest::ApiOptions tcp_options;
  tcp_options.transport = rest::Transport::Tcp;
  tcp_options.token = rest_token(options_);
  tcp_options.hosts = options_.hosts;
  tcp_options.hosts.push_back(options_.listen);
  tcp_options.log = log_;
  http::ServerOptions tcp_server;
  tcp_server.guard = rest::make_guard(*service_, tcp_options);
  tcp_server.spare_descriptors = descriptor_limit() / kSpareForOthers;
  auto tcp_handler = with_mcp(rest::make_handler(*service_, std::move(tcp_options)));
  servers_.push_back(std::make_unique<http::Server>(io_.get_executor(), tcp, std::move(tcp_handler),
                                                    std::move(tcp_server), log_, std::move(acceptance)));
}

Task<> Daemon::take_up_docker() {
  const auto installation = co_await store_.run([](store::Store& store) { return store.installation(); });
  std::function<void(std::string)> why_not = [this](std::string why) {
    service_->say_of_fleet(std::move(why));
  };
  auto fleet = co_await wait_for_docker(options_, installation, std::move(why_not), log_);
  co_await service_->take_up(std::move(fleet));
}

Task<> Daemon::check_store() {
  auto check = [path = store::store_file(options_.folders.data), &unwanted = check_unwanted_] {
    store::Connection store(path, store::Connection::Access::Read);
    return store.quick_check([&unwanted] { return unwanted.load(); });
  };
  const auto findings = co_await check_thread_.run(std::move(check));
  store_health_ = findings.empty() ? "ok" : "damaged: " + findings;
  if (findings.empty()) co_return;
  log_.error("the store is damaged: put back a backup, with flowyard restore --same", {{"found", findings}});
}

Task<> Daemon::watch_signals() {
  co_await signals_.async_wait(asio::use_awaitable);
  stop();
}

Task<> Daemon::watch_idling(Milliseconds limit) {
  for (;;) {
    if (!service_->is_idle()) activity_.touch();
    const auto idle = activity_.idle_for();
    if (idle >= limit) break;
    co_await async::sleep_for(limit - idle);
  }
  log_.info("leaving: nothing was asked of this controller for a while");
  stop();
}

Task<> Daemon::wait_for_stop() {
  while (!stopping_) co_await stop_.wait_past(stop_.version());
}

Task<> Daemon::come_up() {
  co_await service_->resume();
  co_await orchestrator_->resume();
  listen();
  tasks_.spawn("orchestrator", orchestrator_->run());
  if (docker_to_come_) tasks_.spawn("docker that is to come", take_up_docker());
  tasks_.spawn("what was forgotten", service_->clear_forgotten());
  tasks_.spawn("signals", watch_signals());
  tasks_.spawn("check of the store", check_store());
  if (options_.idle_exit) tasks_.spawn("idling", watch_idling(*options_.idle_exit));
  log_.info("controller is up", {{"pid", getpid()}, {"socket", options_.folders.socket()}});
}

Task<> Daemon::run() {
  co_await assemble();
  std::exception_ptr failure;  // a port in use, for example: what was started must be shut down all the same
  try {
    co_await come_up();
    co_await wait_for_stop();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await take_down();
  if (failure) std::rethrow_exception(failure);
  log_.info("controller is down");
}

Task<> Daemon::take_down() {
  // From the edge inward: no new requests, no new decisions, then the endpoints, and last what workers set
  // going while theirs was still open. Workers go on and wait for the next controller.
  for (auto& server : servers_) co_await server->close();
  for (auto& endpoint : mcp_) co_await endpoint->close();
  check_unwanted_ = true;
  tasks_.cancel();
  co_await tasks_.join();
  co_await orchestrator_->close();
  co_await gateway_->close_all();
  co_await orchestrator_->close();
  store_.join();
}

}  // namespace

int run_controller(cli::ControllerOptions options) {
  cli::CleanStream err(std::cerr);
  const Log log(descriptor_sink(STDERR_FILENO, options.log_level));
  raise_descriptor_limit();
  asio::io_context io(1);
  int code = 0;
  try {
    Daemon daemon(io, std::move(options), log);
    std::exception_ptr failure;
    asio::co_spawn(io, daemon.run(), [&failure](std::exception_ptr error) { failure = error; });
    io.run();
    if (failure) std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    err << "flowyard: the controller cannot start: " << error.what() << "\n";
    code = 1;
  }
  return code;
}

}  // namespace flowyard::controller::daemon
