#include "controller/cli/commands/global_options.hpp"

#include <filesystem>
#include <fstream>

#include "common/base/private_folder.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {
namespace {

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::string option_or_variable(const std::string& option, const CliEnvironment& environment,
                               const char* name) {
  return option.empty() ? environment_variable(environment, name) : option;
}

Folders folders_of(const GlobalOptions& options, const CliEnvironment& environment) {
  return folders_from({.variables = environment.variables,
                       .user_id = environment.user_id,
                       .data_option = options.data,
                       .run_dir_option = options.run_dir});
}

Folders local_folders_of(const GlobalOptions& options, const CliEnvironment& environment) {
  if (!option_or_variable(options.controller, environment, "FLOWYARD_CONTROLLER").empty()) {
    throw CommandFailed(
        invalid("this works on a data folder, not on a controller elsewhere: run it there, or name the "
                "folder with --data "
                "and leave out --controller and FLOWYARD_CONTROLLER"));
  }
  return folders_of(options, environment);
}

Secret token_of(const GlobalOptions& options, const CliEnvironment& environment) {
  return Secret(option_or_variable(options.token, environment, "FLOWYARD_TOKEN"));
}

Result<Target> target_of(const GlobalOptions& options, const CliEnvironment& environment) {
  const auto folders = folders_of(options, environment);
  Target target;
  target.start.program = environment.program;
  target.start.folders = folders;
  if (!options.config.empty()) target.start.config = std::filesystem::absolute(options.config);
  const auto url = option_or_variable(options.controller, environment, "FLOWYARD_CONTROLLER");
  if (url.empty()) {
    if (auto trusted = PrivateFolder::check(folders.run); !trusted) return trusted.error();
    target.endpoint = {.kind = http::Endpoint::Kind::Unix, .path = folders.socket(), .host = {}, .port = 0};
    target.is_own = true;
    target.auto_start = options.no_start ? AutoStart::Never : AutoStart::Yes;
    return target;
  }
  auto endpoint = http::parse_endpoint(url);
  if (!endpoint) return endpoint.error().within("reading --controller or FLOWYARD_CONTROLLER");
  target.endpoint = std::move(*endpoint);
  if (target.endpoint.kind == http::Endpoint::Kind::Unix) return target;
  target.token = token_of(options, environment);
  // The secret of this machine's controller is not for another's.
  if (target.token.empty() && http::is_local(target.endpoint))
    target.token = Secret(first_line_of(folders.token_file()));
  auto& files = target.tls_files;
  files.ca_file = option_or_variable(options.cacert, environment, "FLOWYARD_CACERT");
  files.cert_file = option_or_variable(options.cert, environment, "FLOWYARD_CERT");
  files.key_file = option_or_variable(options.key, environment, "FLOWYARD_KEY");
  if (files.cert_file.empty() != files.key_file.empty())
    return invalid("--cert and --key belong together: a certificate and its key");
  return target;
}

}  // namespace flowyard::controller::cli
