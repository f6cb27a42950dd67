// The whole command line: parses, runs one command, prints errors, returns the exit code.
#pragma once

#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

int main(int argc, char** argv, CliEnvironment environment);

}  // namespace flowyard::controller::cli
