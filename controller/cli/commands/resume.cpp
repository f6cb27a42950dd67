// resume: goes on with what was not done of an experiment that was paused, cancelled or given up.
#include "controller/cli/client/going_on.hpp"
#include "controller/rest/submission.hpp"

namespace flowyard::controller::cli {

void define_resume(Command& program) {
  auto options = std::make_shared<GoOnOptions>();
  auto command = program.add("resume", "go on with what is paused, cancelled or given up");
  add_going_on(command, *options);
  command.footer(
      "Examples:\n"
      "  flowyard resume logistic-sweep\n"
      "  flowyard resume @latest --no-wait\n\n"
      "What is done is kept; what failed stays so: see 'flowyard retry'.\n"
      "One that waits for credentials of its image's registry gets those that 'docker login' has kept.");
  command.runs([options](Session& session) {
    return go_on(
        *options, "/resume", [](auto auth) { return rest::to_json(rest::GoOnRequest{auth}); }, session);
  });
}

}  // namespace flowyard::controller::cli
