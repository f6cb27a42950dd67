#include "common/base/folders.hpp"

namespace flowyard {
namespace {

std::string variable(const FolderEnvironment& environment, const char* name) {
  const auto found = environment.variables.find(name);
  return found == environment.variables.end() ? "" : found->second;
}

// "<value of name>/flowyard" where the variable holds an absolute path, else empty.
std::string below(const FolderEnvironment& environment, const char* name, const char* tail) {
  const std::string base = variable(environment, name);
  return base.starts_with('/') ? base + tail : "";
}

std::string first_of(std::initializer_list<std::string> candidates) {
  for (const auto& candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

}  // namespace

Folders folders_from(const FolderEnvironment& environment) {
  const bool root = environment.user_id == 0;
  const std::string fallback_run = "/tmp/flowyard-" + std::to_string(environment.user_id);
  Folders folders;
  folders.data = first_of({environment.data_option, variable(environment, "FLOWYARD_DATA"),
                           root ? "/var/lib/flowyard" : below(environment, "XDG_DATA_HOME", "/flowyard"),
                           below(environment, "HOME", "/.local/share/flowyard"), fallback_run + "/data"});
  folders.run =
      first_of({environment.run_dir_option, variable(environment, "FLOWYARD_RUN_DIR"),
                root ? "/run/flowyard" : below(environment, "XDG_RUNTIME_DIR", "/flowyard"), fallback_run});
  return folders;
}

}  // namespace flowyard
