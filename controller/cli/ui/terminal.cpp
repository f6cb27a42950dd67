#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {
namespace {

Painted colored(std::string text, Color color) {
  constexpr const char* kCodes[] = {"", "32", "31", "33", "2"};
  if (color == Color::None) return {.before = "", .text = std::move(text), .after = ""};
  return {.before = std::string("\x1b[") + kCodes[static_cast<int>(color)] + "m",
          .text = std::move(text),
          .after = "\x1b[0m"};
}

}  // namespace

Terminal::Terminal(const CliEnvironment& environment, bool quiet)
    : raw_out_(*environment.out),
      out_(*environment.out),
      err_(*environment.err),
      quiet_(quiet),
      out_is_terminal_(environment.out_is_terminal),
      err_is_terminal_(environment.err_is_terminal),
      dumb_(environment_variable(environment, "TERM") == "dumb"),
      colorless_(dumb_ || !environment_variable(environment, "NO_COLOR").empty()),
      width_(environment.width) {}

void Terminal::note(std::string_view line) {
  if (!quiet_) err_ << line << "\n" << std::flush;
}

std::ostream& Terminal::data() {
  return out_is_terminal_ ? out_ : raw_out_;
}

Painted Terminal::out_colored(std::string text, Color color) const {
  return colored(std::move(text), out_is_terminal_ && !colorless_ ? color : Color::None);
}

Painted Terminal::err_colored(std::string text, Color color) const {
  return colored(std::move(text), err_is_terminal_ && !colorless_ ? color : Color::None);
}

void Terminal::redraw(std::string_view line) {
  err_.pass("\r\x1b[K");
  err_ << line << std::flush;
}

}  // namespace flowyard::controller::cli
