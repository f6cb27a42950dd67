// Settings: what holds for all commands of a user or a machine, written into a file instead of said each
// time. Each has a key in the file and a variable; a flag is stronger than the variable, and that than the
// files. Reading a file fills in the variables that the environment leaves open, so that all the rest of the
// program asks for variables.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

struct Setting {
  enum class Kind {
    Text,
    Path,    // in a file, from where that file is
    Words,   // a list; in the variable separated by commas
    Flag,    // true or false; in the variable also 1, 0, yes and no
    Secret,  // never shown
  };
  const char* key;
  const char* variable;
  const char* flag;
  Kind kind;
  const char* words;  // all that it may be, separated by blanks; empty: anything
};

std::span<const Setting> settings();

// The files that are read where they are there, the strongest first: the one of `option` or FLOWYARD_CONFIG
// alone; else that of the user (XDG) and that of the machine.
std::vector<std::string> settings_files(const CliEnvironment& environment, const std::string& option);

// The settings of a file, by variable. All errors at once, with their locations.
Results<std::map<std::string, std::string>> read_settings(const std::string& path, std::string_view text,
                                                          std::map<std::string, FileLocation>& places);

// Reads the files and lays them under the environment. Errors for a file that is wrong, or was asked for by
// name and cannot be read.
Results<void> add_settings(CliEnvironment& environment, const std::string& option);

// The value of a flag's variable: Invalid for what is neither true nor false.
Result<bool> is_set(const CliEnvironment& environment, const char* variable);

}  // namespace flowyard::controller::cli
