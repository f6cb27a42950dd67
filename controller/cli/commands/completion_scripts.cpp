// completion: scripts for bash, zsh and fish, made from the commands there are. Names of workers and
// experiments are asked of a controller that runs; none is started for it.
#include "controller/cli/commands/commands.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr const char* kWorkerNames = "flowyard --no-start list -q 2>/dev/null";
constexpr const char* kExperimentNames =
    "flowyard --no-start list experiments -o csv 2>/dev/null | tail -n +2 | cut -d, -f2";

std::string children_of(const std::string& path, const std::vector<CommandOutline>& commands) {
  std::string words;
  for (const auto& command : commands) {
    const auto space = command.path.rfind(' ');
    const std::string parent = space == std::string::npos ? "" : command.path.substr(0, space);
    if (command.path.empty() || parent != path) continue;
    words += (words.empty() ? "" : " ") + command.path.substr(space == std::string::npos ? 0 : space + 1);
  }
  return words;
}

std::string options_of(const CommandOutline& command) {
  std::string words;
  for (const auto& option : command.options) words += " " + option;
  return words;
}

std::string dynamic_names(const CommandOutline& command) {
  std::string text;
  if (command.takes_workers) text += std::string(" $(") + kWorkerNames + ")";
  if (command.takes_experiments) text += std::string(" @latest $(") + kExperimentNames + ")";
  return text;
}

// One shell function for bash; zsh runs it through bashcompinit.
std::string bash_function(const std::vector<CommandOutline>& commands) {
  std::string text =
      "_flowyard() {\n"
      "  local word path=\"\" words current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const auto& command : commands) {
    if (command.path.empty()) continue;
    const auto space = command.path.rfind(' ');
    const std::string parent = space == std::string::npos ? "" : command.path.substr(0, space);
    const std::string word = command.path.substr(space == std::string::npos ? 0 : space + 1);
    text += "      \"" + parent + " " + word + "\") path=\"" + command.path + "\" ;;\n";
  }
  text += "    esac\n  done\n  case \"$path\" in\n";
  for (const auto& command : commands) {
    const std::string words = children_of(command.path, commands) + options_of(command);
    text += "    \"" + command.path + "\") words=\"" + words + dynamic_names(command) + "\" ;;\n";
  }
  return text +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n";
}

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? "\\'" : std::string(1, c);
  return quoted + "'";
}

std::string fish_script(const std::vector<CommandOutline>& commands) {
  std::string text = "complete -c flowyard -f\n";
  for (const auto& command : commands) {
    const bool top = command.path.find(' ') == std::string::npos;
    if (!command.path.empty() && top) {
      text += "complete -c flowyard -n __fish_use_subcommand -a " + command.path + " -d " +
              quoted(command.help) + "\n";
    }
    const std::string seen = command.path.empty() ? ""
                                                  : " -n '__fish_seen_subcommand_from " +
                                                        command.path.substr(0, command.path.find(' ')) + "'";
    if (!top) {
      text += "complete -c flowyard" + seen + " -a " + command.path.substr(command.path.rfind(' ') + 1) +
              " -d " + quoted(command.help) + "\n";
    }
    if (command.takes_files) text += "complete -c flowyard" + seen + " -F\n";
    if (command.takes_workers) text += "complete -c flowyard" + seen + " -a '(" + kWorkerNames + ")'\n";
    if (command.takes_experiments) {
      text += "complete -c flowyard" + seen + " -a '@latest (" + kExperimentNames + ")'\n";
    }
    for (const auto& option : command.options) {
      const bool is_long = option.starts_with("--");
      text +=
          "complete -c flowyard" + seen + (is_long ? " -l " : " -s ") + option.substr(is_long ? 2 : 1) + "\n";
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::vector<CommandOutline>& commands) {
  if (shell == "fish") return fish_script(commands);
  // Where nothing of ours fits, both complete file names.
  if (shell == "zsh") {
    return "autoload -U +X bashcompinit && bashcompinit\n" + bash_function(commands) +
           "complete -o default -F _flowyard flowyard\n";
  }
  return bash_function(commands) + "complete -o default -F _flowyard flowyard\n";
}

}  // namespace flowyard::controller::cli
