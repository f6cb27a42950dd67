#include "controller/gateway/gateway.hpp"

#include <filesystem>
#include <sys/stat.h>

#include "common/base/whole_file.hpp"
#include "common/http/bearer.hpp"
#include "controller/gateway/replies.hpp"

namespace flowyard::controller::gateway {

using async::Task;
using experiment::WorkerId;
namespace fs = std::filesystem;

namespace {

// The parent is private to this user; a worker sees no folder but its own, which is mounted into its
// container, where it runs as nobody.
void make_folder(const fs::path& folder) {
  fs::create_directories(folder);
  ::chmod(folder.parent_path().c_str(), 0700);
  ::chmod(folder.c_str(), 0755);
}

// Whole or not at all, and only once: workers of the controller before may read it at any moment.
void write_token(const fs::path& file, const std::string& token) {
  if (read_file_if_there(file.string()) == token) return;
  write_file(file.string(), token, 0644);
}

}  // namespace

Gateway::Gateway(async::Executor executor, orchestrator::Orchestrator& orchestrator, GatewayOptions options,
                 Log log)
    : executor_(std::move(executor)),
      run_folder_(std::move(options.run_folder)),
      log_(log),
      api_(orchestrator, std::move(options.controller_id), log) {}

fs::path Gateway::folder_of(WorkerId worker) const {
  return fs::path(run_folder_) / "w" / to_string(worker);
}

std::string Gateway::open(WorkerId worker, const std::string& token) {
  if (const auto known = endpoints_.find(worker); known != endpoints_.end()) return known->second.folder;
  const fs::path folder = folder_of(worker);
  make_folder(folder);
  write_token(folder / "token", token);
  const http::Endpoint endpoint{
      .kind = http::Endpoint::Kind::Unix, .path = (folder / "s").string(), .host = {}};
  auto handler = [this, worker](http::Request request) { return answer(worker, std::move(request)); };
  http::ServerOptions options;
  options.socket_mode = 0666;
  options.max_connections = 16;  // one worker needs two, and may not take what the others need
  // Only an open endpoint is kept: what throws here leaves none behind.
  auto server = std::make_unique<http::Server>(executor_, endpoint, std::move(handler), options, log_);
  endpoints_[worker] = WorkerEndpoint{.folder = folder.string(), .token = token, .server = std::move(server)};
  return folder.string();
}

Task<> Gateway::close(WorkerId worker) {
  auto endpoint = endpoints_.extract(worker);
  api_.forget(worker);
  if (endpoint) co_await endpoint.mapped().server->close();
  // Also where none is open: it ended before this controller began, or its token could not be written.
  std::error_code ignored;  // what is left is removed with the run folder
  fs::remove_all(folder_of(worker), ignored);
}

Task<> Gateway::close_all() {
  auto endpoints = std::move(endpoints_);
  endpoints_.clear();
  for (auto& [worker, endpoint] : endpoints) co_await endpoint.server->close();
}

Task<http::Response> Gateway::answer(WorkerId worker, http::Request request) {
  const auto endpoint = endpoints_.find(worker);
  if (endpoint == endpoints_.end() || !http::bears_token(request, endpoint->second.token))
    co_return problem(401, "this is not the token of this worker");
  co_return co_await api_.answer(worker, std::move(request));
}

}  // namespace flowyard::controller::gateway
