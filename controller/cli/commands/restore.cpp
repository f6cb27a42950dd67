// restore: makes a backup the store of this machine's controller, which must not run.
#include "common/base/folder_lock.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/store/backup.hpp"

namespace flowyard::controller::cli {
namespace {

struct RestoreOptions {
  std::string file;
  bool same = false;
};

int restore(const RestoreOptions& options, const Here& here) {
  const auto folders = local_folders_of(here.global, here.environment);
  if (FolderLock::is_held(folders.data)) {
    throw CommandFailed(failure(ErrorCode::Conflict, "a controller is at work in " + folders.data +
                                                         ": stop it first, with flowyard controller stop"));
  }
  const FolderLock lock(folders.data);
  const auto identity = options.same ? store::Identity::Same : store::Identity::New;
  const auto restored = value_or_fail(store::restore(options.file, folders.data, identity));
  if (!restored.moved_to.empty()) here.terminal.note("What was there before is now " + restored.moved_to);
  here.terminal.note(options.file + " is now the store of " + folders.data + ", as installation " +
                     restored.installation);
  return Ok;
}

}  // namespace

void define_restore(Command& program) {
  auto options = std::make_shared<RestoreOptions>();
  auto command = program.add("restore", "go on from a backup; the controller must not run");
  command.option("file", options->file, "what flowyard backup wrote")
      .required()
      .type("FILE")
      .completes({Completes::Files});
  command.flag("--same", options->same, "the original is gone: its containers are this one's");
  command.footer(
      "Examples:\n"
      "  flowyard controller stop\n"
      "  flowyard restore --same flowyard-2026-01-31.db     after a loss, in the place of the original\n"
      "  flowyard restore flowyard.db --data ~/copy         a second one, beside the original\n\n"
      "Without --same it becomes an installation of its own: two with one id would remove each other's "
      "containers.\n"
      "A store that is there already is moved aside, never removed.");
  command.runs_here([options](Here& here) { return restore(*options, here); });
}

}  // namespace flowyard::controller::cli
