// validate: whether an experiment could be run; nothing starts.
#include "controller/cli/client/sending.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

ExitStatus validate(SubmitOptions options, Session& session) {
  const auto view = co_await plan_of(options, session);
  if (!session.terminal.quiet()) {
    session.terminal.out() << options.file << ": ok, " << plural(view.scenarios, "scenario") << "\n";
  }
  co_return Ok;
}

}  // namespace

void define_validate(Command& program) {
  auto options = std::make_shared<SubmitOptions>();
  auto command = program.add("validate", "check an experiment and its models; nothing starts");
  add_experiment_file(command, options->file);
  command.footer(
      "Examples:\n"
      "  flowyard validate sweep.yaml\n\n"
      "Prints every mistake as file:line:column: message; exit code 2 if there is one.");
  command.runs([options](Session& session) { return validate(*options, session); });
}

}  // namespace flowyard::controller::cli
