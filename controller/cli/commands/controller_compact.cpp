// controller compact: gives the space of what was deleted back, in a store that cannot do so by itself.
#include "common/base/folder_lock.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/store/compact.hpp"

namespace flowyard::controller::cli {
namespace {

int compact_store(const Here& here) {
  const auto folders = local_folders_of(here.global, here.environment);
  if (FolderLock::is_held(folders.data)) {
    throw CommandFailed(failure(ErrorCode::Conflict, "a controller is at work in " + folders.data +
                                                         ": stop it first, with flowyard controller stop"));
  }
  const FolderLock lock(folders.data);
  const auto compacted = value_or_fail(store::compact(folders.data));
  here.terminal.note("The store of " + folders.data + " has " + format_bytes(compacted.after) +
                     " now, and had " + format_bytes(compacted.before));
  return Ok;
}

}  // namespace

void define_controller_compact(Command& program) {
  auto command = program.add("controller compact", "write the store anew, without what was deleted");
  command.footer(
      "prune and delete give space back by themselves, but for stores that an early Flowyard made: these are "
      "compacted\n"
      "once. The controller must not run, and the disk needs room for another copy of what is in use.\n\n"
      "Examples:\n"
      "  flowyard controller stop\n"
      "  flowyard controller compact");
  command.runs_here([](Here& here) { return compact_store(here); });
}

}  // namespace flowyard::controller::cli
