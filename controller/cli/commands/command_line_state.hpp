// What the handles of a CommandLine point to. Included by its two .cpp files only: CLI11 is slow to compile.
#pragma once

#include <map>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/command_line.hpp"

namespace flowyard::controller::cli {

struct CommandLineState {
  CommandLineState(const char* description, const char* name) : app(description, name) {}

  // What CLI11 does not know of an argument.
  struct Completion {
    std::vector<std::string> words;
    std::vector<Completes> completes;
  };

  CLI::App app;
  GlobalOptions global;
  Choice choice;
  std::map<const CLI::Option*, Completion> completions;
};

}  // namespace flowyard::controller::cli
