// token list: which tokens there are, without the tokens themselves.
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct ListTokensOptions {
  Format format = Format::Table;
};

ExitStatus list_tokens(ListTokensOptions options, Session& session) {
  const auto body = co_await session.connection.get("/api/v1/tokens");
  if (options.format == Format::Json) {
    session.terminal.data() << rest::indented(body) << "\n";
    co_return Ok;
  }
  Table table({{"NAME"}, {"ACCESS"}, {"BUDGET"}, {"RUNS"}, {"CREATED"}});
  for (const auto& token : value_or_fail(rest::tokens_from_json(body)).tokens)
    table.add({token.name, token.read_only ? "read-only" : "full", token.budget,
               token.budget.empty() ? "" : std::to_string(token.spent_runs), to_rfc3339(token.created)});
  if (options.format == Format::Csv) {
    table.print_csv(session.terminal.out());
  } else {
    table.print(session.terminal);
  }
  co_return Ok;
}

}  // namespace

void define_token_list(Command& program) {
  auto options = std::make_shared<ListTokensOptions>();
  auto command = program.add("token list", "list the tokens that were created and not revoked");
  add_format(command, options->format);
  command.runs([options](Session& session) { return list_tokens(*options, session); });
}

}  // namespace flowyard::controller::cli
