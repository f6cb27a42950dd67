// CommandLine: all commands, as table.def lists them, and the parser made from them. What was chosen is read
// from it after parse().
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>

#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"

namespace flowyard::controller::cli {

// What was chosen: a command that talks to a controller, or something done in this process.
struct Choice {
  std::function<ExitStatus(Session&)> with_controller;
  std::function<int(Here&)> here;
};

class CommandLine {
 public:
  CommandLine();
  ~CommandLine();

  // The exit code where there is nothing to run: help was asked for, or the usage is wrong.
  std::optional<int> parse(int argc, char** argv, std::ostream& out, std::ostream& err);

  const Choice& choice() const;
  const GlobalOptions& global() const;

 private:
  std::unique_ptr<CommandLineState> state_;
};

}  // namespace flowyard::controller::cli
