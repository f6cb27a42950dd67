#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {
namespace {

std::string variable(const CliEnvironment& environment, const char* name) {
  const auto found = environment.variables.find(name);
  return found == environment.variables.end() ? "" : found->second;
}

std::string colored(std::string_view text, Color color) {
  constexpr const char* kCodes[] = {"", "32", "31", "33", "2"};
  if (color == Color::None) return std::string(text);
  return std::string("\x1b[") + kCodes[static_cast<int>(color)] + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace

Terminal::Terminal(const CliEnvironment& environment, bool quiet)
    : out_(*environment.out),
      err_(*environment.err),
      quiet_(quiet),
      out_is_terminal_(environment.out_is_terminal),
      err_is_terminal_(environment.err_is_terminal),
      dumb_(variable(environment, "TERM") == "dumb"),
      colorless_(dumb_ || !variable(environment, "NO_COLOR").empty()),
      width_(environment.width) {}

void Terminal::note(std::string_view line) {
  if (!quiet_) err_ << line << "\n" << std::flush;
}

std::string Terminal::out_colored(std::string_view text, Color color) const {
  return out_is_terminal_ && !colorless_ ? colored(text, color) : std::string(text);
}

std::string Terminal::err_colored(std::string_view text, Color color) const {
  return err_is_terminal_ && !colorless_ ? colored(text, color) : std::string(text);
}

}  // namespace flowyard::controller::cli
