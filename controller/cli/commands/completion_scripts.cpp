#include "controller/cli/commands/completion_scripts.hpp"

#include <algorithm>

namespace flowyard::controller::cli {

std::string parent_of(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? "" : path.substr(0, space);
}

std::string last_word(const std::string& path) {
  const auto space = path.rfind(' ');
  return space == std::string::npos ? path : path.substr(space + 1);
}

std::vector<std::string> words_for(const CommandOutline& command) {
  std::vector<std::string> words = command.aliases;
  words.insert(words.begin(), last_word(command.path));
  return words;
}

bool takes(const ArgumentOutline& argument, Completes kind) {
  return std::find(argument.completes.begin(), argument.completes.end(), kind) != argument.completes.end();
}

}  // namespace flowyard::controller::cli
