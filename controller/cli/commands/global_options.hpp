// What every command takes, and where it says the controller is.
#pragma once

#include "common/base/result.hpp"
#include "controller/cli/client/connection.hpp"
#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

struct GlobalOptions {
  std::string controller;  // URL, or empty
  std::string token;       // or empty
  std::string cacert;      // PEM: whom to trust, instead of the authorities of this system; or empty
  std::string cert, key;   // PEM: who we are; or empty
  std::string data, run_dir;
  std::string config;  // a file of settings, or empty
  bool quiet = false;
  bool no_start = false;  // fail rather than start a controller
};

Folders folders_of(const GlobalOptions& options, const CliEnvironment& environment);
// The same, for what works on them without a controller: CommandFailed where a controller elsewhere is meant.
Folders local_folders_of(const GlobalOptions& options, const CliEnvironment& environment);

// An option's value, else that of the variable, else empty.
std::string option_or_variable(const std::string& option, const CliEnvironment& environment,
                               const char* name);

// --token, else FLOWYARD_TOKEN, else empty.
Secret token_of(const GlobalOptions& options, const CliEnvironment& environment);

// --controller, else FLOWYARD_CONTROLLER, else the default socket; only there is one started in the
// background. The token for TCP: --token, else FLOWYARD_TOKEN, else, for a controller on this machine, the
// file in the data folder.
Result<Target> target_of(const GlobalOptions& options, const CliEnvironment& environment);

}  // namespace flowyard::controller::cli
