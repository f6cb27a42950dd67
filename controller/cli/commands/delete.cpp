// delete: workers with their logs, or finished experiments with all that came of them.
#include "controller/cli/client/listing.hpp"
#include "controller/cli/commands/commands.hpp"
#include "controller/cli/failure.hpp"
#include "controller/rest/problem.hpp"

namespace flowyard::controller::cli {
namespace {

async::Task<http::Response> ask_to_delete(Session& session, std::string path) {
  http::Request request;
  request.method = "DELETE";
  request.target = std::move(path);
  return session.connection.ask(std::move(request));
}

// A worker of that name, else an experiment.
async::Task<Errors> delete_one(Session& session, std::string name, bool force) {
  const std::string force_query = force ? "?force=true" : "";
  auto response = co_await ask_to_delete(session, path_of("workers", name, force_query));
  if (response.status == 404) {
    auto second = co_await ask_to_delete(session, path_of("experiments", name));
    if (second.status != 404) response = std::move(second);
  }
  if (response.status / 100 == 2) co_return Errors{};
  co_return rest::read_problem(response.status, response.body).errors;
}

}  // namespace

ExitStatus remove(DeleteOptions options, Session& session) {
  auto names = options.names;
  if (options.finished || options.all) {
    const auto views = co_await all_workers(session, "&all=true");
    for (const auto& view : views) {
      if (options.all || !is_alive(view.state)) names.push_back(view.name);
    }
  }
  // Each is tried, whatever happened to the one before.
  Errors errors;
  std::size_t deleted = 0;
  for (const auto& name : names) {
    const auto failed = co_await delete_one(session, name, options.force);
    errors.insert(errors.end(), failed.begin(), failed.end());
    if (!failed.empty()) continue;
    ++deleted;
    session.terminal.note("deleted " + name);
  }
  if (names.empty()) session.terminal.note("nothing to delete");
  if (!errors.empty()) throw CommandFailed(std::move(errors));
  co_return Ok;
}

}  // namespace flowyard::controller::cli
