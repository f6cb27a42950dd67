// backup: copies the store of this machine's controller into a file, whether it runs or not.
#include "controller/store/backup.hpp"

#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

struct BackupOptions {
  std::string file;
};

int back_up(const BackupOptions& options, const Here& here) {
  const auto folders = local_folders_of(here.global, here.environment);
  const auto bytes = value_or_fail(store::back_up(folders.data, options.file));
  here.terminal.note(format_bytes(bytes) + " kept in " + options.file);
  return Ok;
}

}  // namespace

void define_backup(Command& program) {
  auto options = std::make_shared<BackupOptions>();
  auto command = program.add("backup", "copy all experiments, results and logs into one file");
  command.option("file", options->file, "a file that is not there yet")
      .required()
      .type("FILE")
      .completes({Completes::Files});
  command.footer(
      "Examples:\n"
      "  flowyard backup flowyard-$(date +%F).db\n\n"
      "Reads the data folder of this machine; a controller may run, and goes on meanwhile. The file holds "
      "secrets of\n"
      "workers: only you may read it.");
  command.runs_here([options](Here& here) { return back_up(*options, here); });
}

}  // namespace flowyard::controller::cli
