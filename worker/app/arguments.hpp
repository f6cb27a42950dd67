// Arguments: the command line of flowyard-worker, read by hand to keep the program small. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.hpp"
#include "common/http/endpoint.hpp"

namespace flowyard::worker::app {

struct ShowHelp {};
struct ShowVersion {};

// Connect to a controller and work for it.
struct Connect {
  http::Endpoint controller;
  std::string name;
  std::string token_file;
  std::string work_folder;  // of the program runner; empty: the native runner
};

// Listen, and run what is posted.
struct Serve {
  http::Endpoint listen;
  std::string program_file;  // empty: none to begin with
};

// Do nothing until a signal says to end: a container of it keeps a network namespace that others join.
struct Hold {};

using Command = std::variant<ShowHelp, ShowVersion, Connect, Serve, Hold>;

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// `arguments` without the program's own name.
Result<Command> parse_arguments(const std::vector<std::string>& arguments, const Environment& environment);

std::string help_text();

}  // namespace flowyard::worker::app
