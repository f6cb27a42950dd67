// CommandOutline: what the completion scripts know of a command, read from its declaration.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::cli {

// What a value is completed to, besides fixed words.
enum class Completes { Workers, Experiments, Files };

struct ArgumentOutline {
  std::vector<std::string> names;  // "--follow", "-f"; empty for a positional argument
  std::string help;
  std::string value;  // what stands for its value in the help; empty for a flag
  bool takes_value = false, repeats = false;
  std::vector<std::string> words;
  std::vector<Completes> completes;
};

struct CommandOutline {
  std::string path;  // "controller status"; empty for the program itself
  std::string help;
  std::vector<ArgumentOutline> arguments;
  std::vector<std::string> aliases = {};  // other words for the last word of its path
};

}  // namespace flowyard::controller::cli
