#include "controller/cli/environment.hpp"

#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

extern char** environ;

namespace flowyard::controller::cli {
namespace {

std::map<std::string, std::string> all_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

int terminal_width() {
  for (int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
      return size.ws_col;
  }
  return 0;
}

}  // namespace

std::string environment_variable(const CliEnvironment& environment, const std::string& name) {
  const auto found = environment.variables.find(name);
  return found == environment.variables.end() ? "" : found->second;
}

CliEnvironment system_environment(RunController run_controller, LookAtEngine look_at_engine) {
  CliEnvironment environment;
  environment.out = &std::cout;
  environment.err = &std::cerr;
  environment.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  environment.err_is_terminal = isatty(STDERR_FILENO) == 1;
  environment.width = terminal_width();
  environment.variables = all_variables();
  environment.user_id = getuid();
  environment.program = "/proc/self/exe";
  environment.run_controller = std::move(run_controller);
  environment.look_at_engine = std::move(look_at_engine);
  return environment;
}

}  // namespace flowyard::controller::cli
