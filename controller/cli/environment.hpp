// CliEnvironment: everything outside the process that the command line uses, injected, so that tests run
// whole commands in memory. Owned by main(); outlives every command.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/folders.hpp"
#include "common/base/log.hpp"
#include "common/base/result.hpp"

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
  bool background = false;                        // detached: stdout and stderr are a log file
  LogLevel log_level = LogLevel::Info;
  std::vector<std::string> images_allow;     // patterns of images that programs may run in; empty: any
  std::string images_build;                  // "here", "always", "never"; empty: here
  std::optional<std::uint64_t> max_workers;  // at once over all experiments; none: by the fleet's cores
};

using RunController = std::function<int(ControllerOptions)>;

// The version of the Docker Engine, and the image that workers are started from.
struct EngineReport {
  std::string description;  // "Docker Engine 20.10.24 at unix:///var/run/docker.sock"
  std::string image;        // its tag
  bool image_there = false;
};
// `docker_host`: empty for the usual one. Unavailable where it does not answer; changes nothing.
using LookAtEngine =
    std::function<async::Task<Result<EngineReport>>(std::string docker_host, std::string worker_program)>;

struct CliEnvironment {
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 0;  // columns of the terminal; 0: no limit
  std::map<std::string, std::string> variables;
  std::map<std::string, FileLocation> set_by_file = {};  // those that a file of settings gave, with its place
  std::vector<std::string> settings_read = {};           // the files that were there
  unsigned user_id = 0;
  std::string program;           // what to start as a background controller
  RunController run_controller;  // runs a controller until it ends; gives its exit code
  LookAtEngine look_at_engine;
};

// The value of an environment variable, or of the setting that a settings file gave in its place; empty: not
// set.
std::string environment_variable(const CliEnvironment& environment, const std::string& name);

// The process's own: standard streams, environ, /proc/self/exe.
CliEnvironment system_environment(RunController run_controller, LookAtEngine look_at_engine);

}  // namespace flowyard::controller::cli
