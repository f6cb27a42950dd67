// CliEnvironment: all that the command line touches of the world around it, injected, so that tests run whole
// commands in memory. Owned by main(); outlives every command.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/folders.hpp"
#include "common/base/log.hpp"

namespace flowyard::controller::cli {

// What `flowyard controller run` was asked for.
struct ControllerOptions {
  Folders folders;
  std::string listen;  // "127.0.0.1:7700": REST on TCP as well; empty: on the unix socket only
  struct {
    std::string cert, key;  // PEM files; empty: nothing is encrypted
    std::string client_ca;  // PEM; clients must show a certificate of this authority
  } tls;
  std::vector<std::string> hosts;  // names that REST on TCP answers to, beside those of this machine itself
  Secret token;                    // for TCP; empty: the one in the data folder, made when there is none
  std::string fleet;               // "docker", "process", or empty: docker
  std::string docker_host;         // empty: DOCKER_HOST, else the usual socket
  std::string advertise;           // URL under which workers reach this controller; empty: by a unix socket
  std::optional<std::chrono::seconds> idle_exit;  // leave after so long without work
  bool background = false;                        // nobody watches: stdout and stderr are a log file
  LogLevel log_level = LogLevel::Info;
};

using RunController = std::function<int(ControllerOptions)>;

struct CliEnvironment {
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 0;  // columns of the terminal; 0: no limit
  std::map<std::string, std::string> variables;
  unsigned user_id = 0;
  std::string program;           // what to start as a background controller
  RunController run_controller;  // runs a controller until it ends; gives its exit code
};

// The real one: standard streams, environ, /proc/self/exe.
CliEnvironment system_environment(RunController run_controller);

}  // namespace flowyard::controller::cli
