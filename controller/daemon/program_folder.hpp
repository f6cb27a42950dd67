// Where the programs are.
#pragma once

#include <string>

namespace flowyard::controller::daemon {

// The folder of the running program.
std::string program_folder();

}  // namespace flowyard::controller::daemon
