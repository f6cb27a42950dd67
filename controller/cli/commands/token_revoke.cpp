// token revoke: invalidates a token from the next request on.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {
namespace {

struct RevokeOptions {
  std::string name;
};

ExitStatus revoke(RevokeOptions options, Session& session) {
  co_await session.connection.remove(path_of("tokens", options.name));
  session.terminal.note("Revoked " + options.name + ".");
  co_return Ok;
}

}  // namespace

void define_token_revoke(Command& program) {
  auto options = std::make_shared<RevokeOptions>();
  auto command = program.add("token revoke", "let a token count no more, from the next request on");
  command.option("name", options->name, "what it was called").required().type("NAME");
  command.runs([options](Session& session) { return revoke(*options, session); });
}

}  // namespace flowyard::controller::cli
