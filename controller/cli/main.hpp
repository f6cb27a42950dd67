// The whole command line: parses, runs one command, tells what went wrong, gives the exit code.
#pragma once

#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

int main(int argc, char** argv, CliEnvironment environment);

}  // namespace flowyard::controller::cli
