// extend: adds samples to an ended experiment.
#include "controller/cli/client/going_on.hpp"
#include "controller/rest/submission.hpp"

namespace flowyard::controller::cli {

void define_extend(Command& program) {
  struct ExtendOptions : GoOnOptions {
    std::uint64_t samples = 0;
  };
  auto options = std::make_shared<ExtendOptions>();
  auto command = program.add("extend", "add samples to an experiment that has ended");
  add_going_on(command, *options);
  command.option("--samples", options->samples, "how many there shall be in all")
      .required()
      .type("N")
      .between(1, 1'000'000'000);
  command.footer(
      "Examples:\n"
      "  flowyard extend monte-carlo --samples 2000\n\n"
      "What is done keeps its number and its draws; what is new is numbered after it. Not for designs by "
      "lhs.");
  command.runs([options](Session& session) {
    auto body = [samples = options->samples](auto auth) {
      return rest::to_json(rest::ExtendRequest{{samples}, auth});
    };
    return go_on(*options, "/extend", std::move(body), session);
  });
}

}  // namespace flowyard::controller::cli
