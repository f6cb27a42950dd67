// The flowyard program: the command line, with the controller wired in.
#include "controller/cli/main.hpp"

#include <csignal>

#include "controller/daemon/daemon.hpp"
#include "controller/daemon/fleets.hpp"

int main(int argc, char** argv) {
  // A peer that hangs up is an error of that write, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  using namespace flowyard::controller;
  return cli::main(argc, argv, cli::system_environment(daemon::run_controller, daemon::look_at_engine));
}
