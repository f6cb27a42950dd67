// The script for bash: finds the command among the words before, then completes a value of an option, an
// option, or what the command takes.
#include "controller/cli/commands/completion_scripts.hpp"
#include "controller/cli/ui/joined.hpp"

namespace flowyard::controller::cli {
namespace {

// Shell commands that offer what an argument may be.
std::string bash_offers(const ArgumentOutline& argument) {
  std::string text;
  if (!argument.words.empty()) text += " _flowyard_words '" + joined(argument.words, " ") + "';";
  if (takes(argument, Completes::Experiments))
    text += " _flowyard_words @latest; _flowyard_names \"" + std::string(kExperimentNames) + "\";";
  if (takes(argument, Completes::Workers)) text += " _flowyard_names \"" + std::string(kWorkerNames) + "\";";
  if (takes(argument, Completes::Files)) text += " _flowyard_files;";
  return text;
}

// Lines of `case` for the values of a command's options: "run --fleet|run --isolation".
std::string values_of(const CommandOutline& command) {
  std::string text;
  for (const auto& argument : command.arguments) {
    if (argument.names.empty() || !argument.takes_value) continue;
    std::vector<std::string> patterns;
    // Those of the program itself may stand behind every command.
    const std::string before = command.path.empty() ? "*\" " : "\"" + command.path + " ";
    for (const auto& name : argument.names) patterns.push_back(before + name + "\"");
    text += "    " + joined(patterns, " | ") + ")" + bash_offers(argument) + " return ;;\n";
  }
  return text;
}

std::string options_of(const CommandOutline& command) {
  std::vector<std::string> names;
  for (const auto& argument : command.arguments)
    names.insert(names.end(), argument.names.begin(), argument.names.end());
  return joined(names, " ");
}

std::string arguments_of(const CommandOutline& command, const std::vector<CommandOutline>& commands) {
  std::vector<std::string> children;
  for (const auto& child : commands) {
    if (!child.path.empty() && parent_of(child.path) == command.path)
      children.push_back(last_word(child.path));
  }
  std::string text;
  if (!children.empty()) text += " _flowyard_words '" + joined(children, " ") + "';";
  for (const auto& argument : command.arguments) {
    if (argument.names.empty()) text += bash_offers(argument);
  }
  return text;
}

constexpr const char* kHelpers = R"sh(_flowyard_words() {
  COMPREPLY+=($(compgen -W "$1" -- "$current"))
}
_flowyard_names() {
  local name
  while IFS= read -r name; do
    [[ $name != "$current"* ]] || COMPREPLY+=("$(printf %q "$name")")
  done < <(eval "$1")
}
_flowyard_files() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$current")
}
)sh";

}  // namespace

std::string bash_script(const std::vector<CommandOutline>& commands) {
  std::string with_value, paths, values, options, arguments;
  for (const auto& command : commands) {
    for (const auto& argument : command.arguments) {
      if (argument.takes_value && !argument.names.empty()) with_value += joined(argument.names, " ") + " ";
    }
    for (const auto& word : words_for(command)) {
      if (!command.path.empty())
        paths += "      \"" + parent_of(command.path) + " " + word + "\") path=\"" + command.path + "\" ;;\n";
    }
    values += values_of(command);
    if (!command.path.empty())
      options += "      \"" + command.path + "\") words+=\" " + options_of(command) + "\" ;;\n";
    arguments += "    \"" + command.path + "\")" + arguments_of(command, commands) + " ;;\n";
  }
  // The program's own options last: a command may have one of that name.
  return std::string(kHelpers) +
         "_flowyard() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" path=\"\" "
         "word=\"\" words skip=\"\"\n"
         "  COMPREPLY=()\n"
         // bash takes --output=json for three words.
         "  if [[ $current == = ]]; then\n"
         "    current=\"\"\n"
         "  elif [[ $previous == = ]]; then\n"
         "    previous=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
         "  fi\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    if [[ -n $skip ]]; then skip=\"\"; continue; fi\n"
         "    if [[ \" " +
         with_value +
         "\" == *\" $word \"* ]]; then skip=yes; continue; fi\n"
         "    case \"$path $word\" in\n" +
         paths +
         "    esac\n"
         "  done\n"
         "  case \"$path $previous\" in\n" +
         values +
         "  esac\n"
         "  if [[ $current == -* ]]; then\n"
         "    words=\"" +
         options_of(commands.front()) +
         "\"\n"
         "    case \"$path\" in\n" +
         options +
         "    esac\n"
         "    _flowyard_words \"$words\"\n"
         "    return\n"
         "  fi\n"
         "  case \"$path\" in\n" +
         arguments +
         "  esac\n"
         "}\n"
         "complete -F _flowyard flowyard\n";
}

}  // namespace flowyard::controller::cli
