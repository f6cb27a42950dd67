// delete: workers with their logs, or finished experiments with all that came of them.
#include "controller/cli/client/listing.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct DeleteOptions {
  std::vector<std::string> names;
  bool finished = false, all = false, force = false;
};

async::Task<http::Response> ask_to_delete(Session& session, std::string path) {
  http::Request request;
  request.method = http::Method::Delete;
  request.target = std::move(path);
  return session.connection.ask(std::move(request));
}

struct Deleted {
  Errors errors;
  std::uint64_t freed_bytes = 0;
};

// A worker of that name, else an experiment.
async::Task<Deleted> delete_one(Session& session, std::string name, bool force) {
  const std::string force_query = force ? "?force=true" : "";
  auto response = co_await ask_to_delete(session, path_of("workers", name, force_query));
  if (response.status == 404) {
    auto second = co_await ask_to_delete(session, path_of("experiments", name));
    if (second.status != 404) response = std::move(second);
  }
  Deleted deleted;
  if (response.status / 100 != 2) {
    deleted.errors = errors_of(response);
  } else if (const auto forgotten = rest::forgotten_from_json(response.body)) {
    deleted.freed_bytes = forgotten->freed_bytes;
  }
  co_return deleted;
}

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
  std::uint64_t deleted = 0, freed = 0;
  const bool many = options.names.empty() && session.terminal.shows_progress_bars();
  std::size_t tried = 0;
  for (const auto& name : names) {
    if (many)
      session.terminal.redraw("deleting " + format_count(++tried) + " of " + plural(names.size(), "worker"));
    const auto one = co_await delete_one(session, name, options.force);
    errors.insert(errors.end(), one.errors.begin(), one.errors.end());
    if (!one.errors.empty()) continue;
    ++deleted;
    freed += one.freed_bytes;
    if (!options.names.empty()) session.terminal.note("deleted " + name);
  }
  if (many) session.terminal.redraw("");
  if (names.empty()) session.terminal.note("nothing to delete");
  if (options.names.empty() && deleted > 0) session.terminal.note(plural(deleted, "worker") + " deleted");
  if (freed > 0) session.terminal.note(format_bytes(freed) + " given back to the file system");
  if (!errors.empty()) throw CommandFailed(std::move(errors));
  co_return Ok;
}

}  // namespace

void define_delete(Command& program) {
  auto options = std::make_shared<DeleteOptions>();
  auto command = program.add("delete", "delete workers with their logs, or finished experiments").alias("rm");
  auto names = command.option("names", options->names, "workers or experiments")
                   .type("NAME")
                   .completes({Completes::Workers, Completes::Experiments});
  auto finished = command.flag("--finished", options->finished, "every worker that has ended");
  auto all = command.flag("--all", options->all, "every worker");
  command.flag("--force", options->force, "also workers that are busy; others take over their work");
  finished.excludes(names).excludes(all);
  all.excludes(names);
  command.footer(
      "Examples:\n"
      "  flowyard delete novel-poodle\n"
      "  flowyard delete --finished\n"
      "  flowyard delete logistic-sweep        an experiment that has ended, with its results");
  const auto check = [options] {
    if (options->names.empty() && !options->finished && !options->all) {
      throw UsageError("NAME..., --finished or --all is required");
    }
  };
  command.runs([options](Session& session) { return remove(*options, session); }, check);
}

}  // namespace flowyard::controller::cli
