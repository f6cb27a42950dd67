// The script for fish: each command, option and value as a `complete` of its own, for when its command is
// being typed.
#include "controller/cli/commands/completion_scripts.hpp"

namespace flowyard::controller::cli {
namespace {

std::string in_quotes(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// What an argument may be: " -a '...'", and " -F" where it may be a file.
std::string fish_offers(const ArgumentOutline& argument) {
  std::string words;
  for (const auto& word : argument.words) words += (words.empty() ? "" : " ") + word;
  if (takes(argument, Completes::Experiments))
    words.append(" @latest (").append(kExperimentNames).append(")");
  if (takes(argument, Completes::Workers)) words.append(" (").append(kWorkerNames).append(")");
  std::string text = words.empty() ? "" : " -a " + in_quotes(words);
  if (takes(argument, Completes::Files)) text += " -F";
  return text;
}

std::string line_for(const ArgumentOutline& argument, const std::string& begin) {
  if (argument.names.empty()) {
    const std::string what = fish_offers(argument);
    return what.empty() ? "" : begin + what + "\n";
  }
  std::string text = begin;
  for (const auto& name : argument.names) {
    const bool is_long = name.starts_with("--");
    text += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
  }
  if (argument.takes_value) text += takes(argument, Completes::Files) ? " -r" : " -x";
  return text + (argument.takes_value ? fish_offers(argument) : "") + " -d " + in_quotes(argument.help) +
         "\n";
}

}  // namespace

std::string fish_script(const std::vector<CommandOutline>& commands) {
  std::string with_value, paths, lines;
  for (const auto& command : commands) {
    // Those of the program itself may stand behind every command.
    const std::string is_typed = " -n " + in_quotes("__flowyard_is " + in_quotes(command.path));
    for (const auto& argument : command.arguments) {
      if (argument.takes_value) {
        for (const auto& name : argument.names) with_value += " " + name;
      }
      const bool everywhere = command.path.empty() && !argument.names.empty();
      lines += line_for(argument, "complete -c flowyard" + (everywhere ? "" : is_typed));
    }
    if (command.path.empty()) continue;
    for (const auto& word : words_for(command))
      paths += "      case " + in_quotes(parent_of(command.path) + " " + word) + "\n        set path " +
               in_quotes(command.path) + "\n";
    lines += "complete -c flowyard -n " + in_quotes("__flowyard_is " + in_quotes(parent_of(command.path))) +
             " -a " + last_word(command.path) + " -d " + in_quotes(command.help) + "\n";
  }
  return "function __flowyard_is\n"
         "  set -l path ''\n"
         "  set -l skip no\n"
         "  for word in (commandline -opc)[2..-1]\n"
         "    if test $skip = yes\n"
         "      set skip no\n"
         "      continue\n"
         "    end\n"
         "    if contains -- $word" +
         with_value +
         "\n"
         "      set skip yes\n"
         "      continue\n"
         "    end\n"
         "    switch \"$path $word\"\n" +
         paths +
         "    end\n"
         "  end\n"
         "  test \"$path\" = \"$argv[1]\"\n"
         "end\n"
         "complete -c flowyard -f\n" +
         lines;
}

}  // namespace flowyard::controller::cli
