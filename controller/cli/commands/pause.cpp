// pause: lets open leases end, and begins no new ones.
#include "controller/cli/client/going_on.hpp"

namespace flowyard::controller::cli {
namespace {

ExitStatus pause(GoOnOptions options, Session& session) {
  co_await go_on(std::move(options), "/pause", {}, session);
  co_return Ok;
}

}  // namespace

void define_pause(Command& program) {
  auto options = std::make_shared<GoOnOptions>();
  auto command = program.add("pause", "let what is under way end and nothing new begin; see resume");
  add_going_on(command, *options);
  command.footer(
      "Examples:\n"
      "  flowyard pause logistic-sweep\n"
      "  flowyard resume logistic-sweep");
  command.runs([options](Session& session) { return pause(*options, session); });
}

}  // namespace flowyard::controller::cli
