// A text as a shell takes it for one word, for commands that people are told to type. Pure.
#pragma once

#include <string>

namespace flowyard {

// In single quotes where anything in it means something to a shell.
std::string shell_word(const std::string& text);

}  // namespace flowyard
