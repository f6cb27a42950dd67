// Quoting of a text as one word of a shell, for commands shown to people. Pure.
#pragma once

#include <string>

namespace flowyard {

// In single quotes where it holds characters special to a shell.
std::string shell_word(const std::string& text);

}  // namespace flowyard
