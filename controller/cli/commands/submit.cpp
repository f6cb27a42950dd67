// submit: submits an experiment and returns at once.
#include "controller/cli/client/sending.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

ExitStatus submit(SubmitOptions options, Session& session) {
  Origin origin;
  auto submission = read_submission(options, origin);
  const auto planned = co_await send_plan(session, submission, std::move(origin));
  for (const auto& warning : planned.warnings) session.terminal.note("warning: " + printable(warning));
  const auto submitted = co_await send_submission(session, std::move(submission), planned);
  auto& out = session.terminal.out();
  const std::string id = to_string(submitted.id);
  if (options.format == Format::Json) {
    out << rest::to_json(submitted) << "\n";
  } else if (session.terminal.quiet()) {
    out << id << "\n";
  } else {
    out << "Submitted " << printable(submitted.name) << " as experiment " << id << ", "
        << plural(submitted.scenarios, "scenario") << ".\nFollow it with: flowyard watch " << id << "\n";
  }
  co_return Ok;
}

}  // namespace

void define_submit(Command& program) {
  auto options = std::make_shared<SubmitOptions>();
  auto command = program.add("submit", "hand an experiment to the controller and leave");
  add_experiment_file(command, options->file);
  add_overrides(command, *options);
  add_force(command, *options);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard submit sweep.yaml\n"
      "  id=$(flowyard submit -q sweep.yaml); flowyard watch $id");
  command.runs([options](Session& session) { return submit(*options, session); });
}

}  // namespace flowyard::controller::cli
