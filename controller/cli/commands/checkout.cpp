// checkout: specification, results and logs of an experiment or a worker, in a folder.
#include "controller/cli/client/checkout.hpp"

#include "common/base/byte_count.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

ExitStatus checkout(CheckoutOptions options, Session& session) {
  const auto written = co_await write_checkout(std::move(options), session);
  if (session.terminal.quiet()) {
    session.terminal.out() << written.folder << "\n";
  } else {
    session.terminal.out() << "Wrote " << plural(written.files, "file") << " (" << format_bytes(written.bytes)
                           << ") to " << written.folder << "\n";
  }
  co_return Ok;
}

}  // namespace

void define_checkout(Command& program) {
  auto options = std::make_shared<CheckoutOptions>();
  auto command = program.add("checkout", "write specification, results and logs into a folder");
  command.option("which", options->which, "an experiment or a worker (default: @latest)")
      .type("NAME")
      .completes({Completes::Workers, Completes::Experiments});
  command.option("-o,--output", options->folder, "the folder to write to (default: named after it)")
      .type("FOLDER")
      .completes({Completes::Files});
  command.option("--format", options->format, "how results are written: csv (default), tab or netcdf")
      .suggest({"csv", "tab", "netcdf"})
      .type("FORMAT");
  add_results(command, options->results);
  command.flag("--force", options->force, "write into a folder that is not empty");
  command.footer(
      "Examples:\n"
      "  flowyard checkout -o results\n"
      "  flowyard checkout novel-poodle -o poodle\n"
      "  flowyard checkout --format netcdf -o results        results.nc: scenario x axes x time, with units\n"
      "  flowyard checkout --where 'final > 9000' -o best    results.csv, and the scenarios of those rows "
      "alone");
  command.runs([options](Session& session) { return checkout(*options, session); });
}

}  // namespace flowyard::controller::cli
