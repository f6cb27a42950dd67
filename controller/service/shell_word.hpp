// Words of the commands that views suggest.
#pragma once

#include <string>

namespace flowyard::controller::service {

// The text as a POSIX shell takes it for one word.
std::string shell_word(const std::string& text);

}  // namespace flowyard::controller::service
