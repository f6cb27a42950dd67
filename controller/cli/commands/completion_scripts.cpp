#include "controller/cli/commands/completion_scripts.hpp"

#include <algorithm>

namespace flowyard::controller::cli {
namespace {

std::string children_of(const std::string& path, const std::vector<CommandOutline>& commands) {
  std::string words;
  for (const auto& command : commands) {
    if (command.path.empty() || parent_of(command.path) != path) continue;
    words += (words.empty() ? "" : " ") + last_word_of(command.path);
  }
  return words;
}

std::string options_of(const CommandOutline& command) {
  std::string words;
  for (const auto& argument : command.arguments) {
    for (const auto& name : argument.names) words += " " + name;
  }
  return words;
}

// Whether a positional argument is completed to that.
bool takes(const CommandOutline& command, Completes kind) {
  return std::any_of(command.arguments.begin(), command.arguments.end(), [&](const auto& argument) {
    const auto& kinds = argument.completes;
    return argument.names.empty() && std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  });
}

std::string dynamic_names(const CommandOutline& command) {
  std::string text;
  if (takes(command, Completes::Workers)) text += std::string(" $(") + kWorkerNames + ")";
  if (takes(command, Completes::Experiments)) text += std::string(" @latest $(") + kExperimentNames + ")";
  return text;
}

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? "\\'" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string parent_of(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? "" : path.substr(0, space);
}

std::string last_word_of(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? path : path.substr(space + 1);
}

std::string bash_script(const std::vector<CommandOutline>& commands) {
  std::string text =
      "_flowyard() {\n"
      "  local word path=\"\" words current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const auto& command : commands) {
    if (command.path.empty()) continue;
    text += "      \"" + parent_of(command.path) + " " + last_word_of(command.path) + "\") path=\"" +
            command.path + "\" ;;\n";
  }
  text += "    esac\n  done\n  case \"$path\" in\n";
  for (const auto& command : commands) {
    const std::string words = children_of(command.path, commands) + options_of(command);
    text += "    \"" + command.path + "\") words=\"" + words + dynamic_names(command) + "\" ;;\n";
  }
  return text +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         // Where nothing of ours fits, bash completes file names.
         "complete -o default -F _flowyard flowyard\n";
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
      text += "complete -c flowyard" + seen + " -a " + last_word_of(command.path) + " -d " +
              quoted(command.help) + "\n";
    }
    if (takes(command, Completes::Files)) text += "complete -c flowyard" + seen + " -F\n";
    if (takes(command, Completes::Workers))
      text += "complete -c flowyard" + seen + " -a '(" + kWorkerNames + ")'\n";
    if (takes(command, Completes::Experiments)) {
      text += "complete -c flowyard" + seen + " -a '@latest (" + kExperimentNames + ")'\n";
    }
    for (const auto& argument : command.arguments) {
      for (const auto& name : argument.names) {
        const bool is_long = name.starts_with("--");
        text +=
            "complete -c flowyard" + seen + (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1) + "\n";
      }
    }
  }
  return text;
}

}  // namespace flowyard::controller::cli
