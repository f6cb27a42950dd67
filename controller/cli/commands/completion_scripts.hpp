// Scripts that complete a command line in bash, zsh and fish, made from what the commands declare. Names of
// workers and experiments are asked of a controller that runs; none is started for it.
#pragma once

#include <string>
#include <vector>

#include "controller/cli/commands/outline.hpp"

namespace flowyard::controller::cli {

constexpr const char* kWorkerNames = "flowyard --no-start list -q 2>/dev/null";
constexpr const char* kExperimentNames =
    "flowyard --no-start list experiments -o csv 2>/dev/null | tail -n +2 | cut -d, -f2";

std::string bash_script(const std::vector<CommandOutline>& commands);
std::string fish_script(const std::vector<CommandOutline>& commands);
std::string zsh_script(const std::vector<CommandOutline>& commands);

// "controller" of "controller status"; empty for a command of the program itself.
std::string parent_of(const std::string& path);
// "status" of "controller status".
std::string last_word(const std::string& path);
// The last word of its path, and its aliases.
std::vector<std::string> words_for(const CommandOutline& command);
bool takes(const ArgumentOutline& argument, Completes kind);

}  // namespace flowyard::controller::cli
