// Command: the declaration of one command: its arguments, its help, and what runs it. One file a command
// declares it; the parser, the help and the completion scripts are all made from that. Handles are cheap
// copies; what they point to belongs to the CommandLine of command_line.hpp. Only command.cpp and
// command_line.cpp include CLI11, which is slow to compile.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "controller/cli/commands/outline.hpp"
#include "controller/cli/environment.hpp"
#include "controller/cli/session.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace flowyard::controller::cli {

struct GlobalOptions;
struct CommandLineState;

using ExitStatus = async::Task<int>;

// Thrown by what reads an argument, and by a check of several: wrong usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One argument. Each function gives the argument back, so that they can be chained.
class Argument {
 public:
  Argument(CLI::Option& option, CommandLineState& state) : option_(&option), state_(&state) {}

  Argument required();
  Argument type(const char* name);                          // what stands for its value in the help
  Argument text(const char* text);                          // replaces all that the help says of its value
  Argument one_of(const std::vector<std::string>& words);   // anything else is refused
  Argument suggest(const std::vector<std::string>& words);  // completed, but not checked
  Argument between(int least, int most);
  Argument split_at(char delimiter);
  Argument one_value_each();  // a repeated option: each time a single value
  Argument excludes(const Argument& other);
  Argument completes(std::initializer_list<Completes> kinds);  // names or files

 private:
  CLI::Option* option_;
  CommandLineState* state_;
};

// What a command that runs in this process works with, once all is parsed.
struct Here {
  const CliEnvironment& environment;
  const GlobalOptions& global;
  Terminal& terminal;
};

class Command {
 public:
  Command(CLI::App& app, CommandLineState& state) : app_(&app), state_(&state) {}

  // A command below this one; "model run" is put below "model", which must have been added before.
  Command add(const std::string& path, const char* help);

  // Names as CLI11 has them: "-o,--output"; without dashes a positional argument. The value must outlive the
  // parsing: keep it in a struct that the function given to runs() shares. T: the types at the end of
  // command.cpp.
  template <class T>
  Argument option(const char* names, T& value, const char* help);
  // `read` is given the word and throws UsageError.
  Argument read_option(const char* names, std::function<void(const std::string&)> read, const char* help);
  // The same for one that may be repeated: each time a single value.
  Argument read_each(const char* names, std::function<void(const std::string&)> read, const char* help);
  Argument flag(const char* names, bool& value, const char* help);  // "!--no-x" sets it to false

  void footer(const char* text);  // examples, after the arguments

  // What it does: with a controller, or in this process. Not called where a command below this one was
  // chosen. `check` looks at all arguments together and throws UsageError.
  void runs(std::function<ExitStatus(Session&)> run, std::function<void()> check = {});
  void runs_here(std::function<int(Here&)> run);

  // Another word for it, as people type it.
  Command alias(const char* name);

  std::string help() const;
  // Of the command below this one that the words name; CommandFailed for words that name none.
  std::string help_of(const std::vector<std::string>& words) const;
  std::vector<CommandOutline> outlines() const;  // of this command and all below

 private:
  CLI::App* app_;
  CommandLineState* state_;
};

}  // namespace flowyard::controller::cli
