// why: what went wrong, on one screen.
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

struct WhyOptions {
  std::string which = "@latest";
  Format format = Format::Table;
};

void print_indented(Terminal& terminal, const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    terminal.out() << "  " << printable(text.substr(begin, end - begin)) << "\n";
    begin = end + 1;
  }
}

ExitStatus why(WhyOptions options, Session& session) {
  const auto body = co_await session.connection.get(path_of("why", options.which));
  auto& terminal = session.terminal;
  if (options.format == Format::Json) {
    terminal.data() << rest::indented(body) << "\n";
    co_return Ok;
  }
  const auto view = value_or_fail(rest::why_from_json(body));
  if (options.format == Format::Csv) {
    results::CsvWriter csv;
    for (const char* name : {"subject", "cause", "explanation"}) csv.cell(name);
    csv.end_row();
    csv.cell(view.subject).cell(view.cause).cell(view.explanation).end_row();
    terminal.out() << csv.take();
    co_return Ok;
  }
  const Color color = view.cause == "ok" ? Color::Green : Color::Red;
  terminal.out() << view.subject << ": " << terminal.out_colored(view.cause, color) << "\n";
  print_indented(terminal, view.explanation);
  if (!view.spec_excerpt.empty()) terminal.out() << "\nWhat applied to it:\n";
  print_indented(terminal, view.spec_excerpt);
  if (!view.log_tail.empty()) terminal.out() << "\nThe end of its log:\n";
  for (const auto& line : view.log_tail) print_indented(terminal, line);
  if (!view.again.empty()) terminal.out() << "\nTo run just this again:\n";
  for (const auto& line : view.again) print_indented(terminal, line);
  co_return Ok;
}

}  // namespace

void define_why(Command& program) {
  auto options = std::make_shared<WhyOptions>();
  auto command = program.add("why", "explain on one screen why something failed");
  add_which(command, options->which, {Completes::Workers, Completes::Experiments});
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard why\n"
      "  flowyard why novel-poodle");
  command.runs([options](Session& session) { return why(*options, session); });
}

}  // namespace flowyard::controller::cli
