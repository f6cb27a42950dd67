// retry: runs the failed scenarios of an experiment again.
#include "controller/cli/client/going_on.hpp"
#include "controller/rest/submission.hpp"

namespace flowyard::controller::cli {

void define_retry(Command& program) {
  struct RetryOptions : GoOnOptions {
    bool failed = false;
  };
  auto options = std::make_shared<RetryOptions>();
  auto command = program.add("retry", "run again what failed of an experiment that has ended");
  add_going_on(command, *options);
  command.flag("--failed", options->failed, "the scenarios that failed; has to be said");
  command.footer(
      "Examples:\n"
      "  flowyard retry logistic-sweep --failed\n\n"
      "What is done is kept; what was never tried is run, too. 'flowyard resume' leaves what failed as it "
      "is.");
  command.runs(
      [options](Session& session) {
        return go_on(
            *options, "/retry", [](auto auth) { return rest::to_json(rest::GoOnRequest{auth}); }, session);
      },
      [options] {
        if (options->failed) return;
        throw UsageError(
            "say what to run again: --failed, the scenarios that failed; to go on without them: "
            "'flowyard resume'");
      });
}

}  // namespace flowyard::controller::cli
