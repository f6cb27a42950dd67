// The script for zsh: a function for each command, whose arguments _arguments completes.
#include <algorithm>

#include "controller/cli/commands/completion_scripts.hpp"

namespace flowyard::controller::cli {
namespace {

// For use between single quotes; the characters of `special` get a backslash, as they mean something to
// _arguments.
std::string escaped(const std::string& text, const std::string& special) {
  std::string escaped;
  for (char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (special.find(c) != std::string::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string function_of(const std::string& path) {
  std::string name = "_flowyard";
  if (!path.empty()) name += "_" + path;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

// ":message:action", what a value is and how it is completed.
std::string value_of(const ArgumentOutline& argument) {
  std::string action;
  for (const auto& word : argument.words) action += (action.empty() ? "" : " ") + word;
  if (!action.empty()) action = "(" + action + ")";
  std::string ways = action.empty() ? "" : " 'words:word:" + action + "'";
  for (const auto kind : argument.completes) {
    const std::string way = kind == Completes::Workers       ? "_flowyard_workers"
                            : kind == Completes::Experiments ? "_flowyard_experiments"
                                                             : "_files";
    action = way;
    ways += " '" + way.substr(1) + ":name:" + way + "'";
  }
  const bool several = argument.words.empty() ? argument.completes.size() > 1 : !argument.completes.empty();
  // Without the blank _arguments would add words of its own.
  if (several) action = " _alternative" + ways;
  const std::string message = argument.value.empty() ? argument.help : argument.value;
  return ":" + escaped(message, "\\:") + ":" + escaped(action, ":");
}

// The specification of one argument, a line of the call of _arguments.
std::string specification(const ArgumentOutline& argument) {
  if (argument.names.empty())
    return "'" + std::string(argument.repeats ? "*" : "") + value_of(argument) + "'";
  std::string names, exclusive;
  for (const auto& name : argument.names) {
    names += (names.empty() ? "" : ",") + name;
    // Its value may also follow in the same word: --tail=5, -ojson.
    if (argument.takes_value) names += name.starts_with("--") ? "=" : "+";
    exclusive += (exclusive.empty() ? "" : " ") + name;
  }
  if (argument.names.size() > 1) names = "{" + names + "}";
  const std::string before = argument.repeats ? "'*'" : "'(" + exclusive + ")'";
  const std::string help = "[" + escaped(argument.help, "\\[]:") + "]";
  return before + names + "'" + help + (argument.takes_value ? value_of(argument) : "") + "'";
}

// Those of `flowyard` itself, which may stand behind a command, too, where the command has none of that name.
std::vector<ArgumentOutline> arguments_behind(const CommandOutline& command,
                                              const std::vector<CommandOutline>& commands) {
  std::vector<ArgumentOutline> arguments = command.arguments;
  const auto root =
      std::find_if(commands.begin(), commands.end(), [](const auto& one) { return one.path.empty(); });
  if (command.path.empty() || root == commands.end()) return arguments;
  const auto is_own = [&](const std::string& name) {
    return std::any_of(command.arguments.begin(), command.arguments.end(), [&](const ArgumentOutline& own) {
      return std::find(own.names.begin(), own.names.end(), name) != own.names.end();
    });
  };
  for (const auto& argument : root->arguments)
    if (!argument.names.empty() && std::none_of(argument.names.begin(), argument.names.end(), is_own))
      arguments.push_back(argument);
  return arguments;
}

std::string function_for(const CommandOutline& command, const std::vector<CommandOutline>& commands) {
  std::string choices, cases;
  for (const auto& child : commands) {
    if (child.path.empty() || parent_of(child.path) != command.path) continue;
    const std::string word = last_word(child.path);
    choices += "      '" + word + ":" + escaped(child.help, "\\:") + "'\n";
    std::string pattern;
    for (const auto& name : words_for(child)) pattern += (pattern.empty() ? "" : "|") + name;
    cases += "        " + pattern + ") " + function_of(child.path) + " ;;\n";
  }
  std::string text = function_of(command.path) + "() {\n";
  if (!choices.empty()) text += "  local context state state_descr line\n  typeset -A opt_args\n";
  text += "  _arguments -s -S";
  if (!choices.empty()) text += " -C";
  for (const auto& argument : arguments_behind(command, commands))
    text += " \\\n    " + specification(argument);
  if (choices.empty()) return text + "\n}\n";
  return text +
         " \\\n    '1: :->command' '*:: :->arguments'\n"
         "  case $state in\n"
         "    command)\n"
         "      local -a commands=(\n" +
         choices +
         "      )\n"
         "      _describe -t commands command commands ;;\n"
         "    arguments)\n"
         "      case $line[1] in\n" +
         cases +
         "      esac ;;\n"
         "  esac\n"
         "}\n";
}

// A function that completes the lines that a shell command prints, and `first`.
std::string names_function(const std::string& kind, const std::string& first, const std::string& names) {
  std::string text = "_flowyard_" + kind + "s() {\n";
  text += "  local -a names=(" + first + "${(f)\"$(" + names + ")\"})\n";
  text += "  _describe -t " + kind + "s " + kind + " names\n}\n";
  return text;
}

constexpr const char* kEnd =
    "if [[ $funcstack[1] == _flowyard ]]; then\n"
    "  _flowyard \"$@\"\n"
    "else\n"
    "  compdef _flowyard flowyard\n"
    "fi\n";

}  // namespace

std::string zsh_script(const std::vector<CommandOutline>& commands) {
  std::string text = "#compdef flowyard\n";
  text += names_function("worker", "", kWorkerNames);
  text += names_function("experiment", "@latest ", kExperimentNames);
  for (const auto& command : commands) text += function_for(command, commands);
  // Read by `source`, it makes itself known; found by compinit in $fpath, it is called at once.
  text += kEnd;
  return text;
}

}  // namespace flowyard::controller::cli
