// token create: a new token, printed this once.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct CreateOptions {
  std::string name;
  bool read_only = false;
  std::string budget;
};

ExitStatus create(CreateOptions options, Session& session) {
  rest::TokenRequest request{.name = options.name, .read_only = options.read_only, .budget = {}};
  if (!options.budget.empty()) request.budget = options.budget;
  const auto body = co_await session.connection.post("/api/v1/tokens", rest::to_json(request));
  const auto made = value_or_fail(rest::new_token_from_json(body));
  session.terminal.out() << made.token << "\n";
  session.terminal.note("Keep it: it is not shown again. It goes into --token or FLOWYARD_TOKEN.");
  co_return Ok;
}

}  // namespace

void define_token_create(Command& program) {
  auto options = std::make_shared<CreateOptions>();
  auto command = program.add("token create", "make a token and print it, this once");
  command.option("name", options->name, "what to call it").required().type("NAME");
  command.flag("--read-only", options->read_only, "it may look at everything and change nothing");
  command.option("--budget", options->budget, "what may be started with it in all; workers: at once")
      .type("LIMITS");
  command.footer(
      "Examples:\n"
      "  flowyard token create dashboard --read-only\n"
      "  flowyard token create agent --budget runs=10000,workers=4,cpu_seconds=3600,output_bytes=1e9");
  command.runs([options](Session& session) { return create(*options, session); });
}

}  // namespace flowyard::controller::cli
