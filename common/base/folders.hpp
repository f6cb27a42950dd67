// Folders: where a controller keeps its data and its sockets. A pure function of the environment, shared by
// the command line and the daemon, so that both use the same folders.
#pragma once

#include <map>
#include <string>

namespace flowyard {

struct FolderEnvironment {
  std::map<std::string, std::string> variables = {};
  unsigned user_id = 0;
  std::string data_option = {};     // --data, or empty
  std::string run_dir_option = {};  // --run-dir, or empty
};

struct Folders {
  std::string data;  // store, bundles, results, logs
  std::string run;   // sockets; a short path, since a unix socket's is at most 107 bytes

  std::string socket() const { return run + "/controller.sock"; }
  std::string controller_log() const { return data + "/controller.log"; }
  std::string token_file() const { return data + "/token"; }

  bool operator==(const Folders&) const = default;
};

// Options beat FLOWYARD_DATA and FLOWYARD_RUN_DIR, which beat the defaults: /var/lib/flowyard and
// /run/flowyard for root; $XDG_DATA_HOME/flowyard (or ~/.local/share/flowyard) and $XDG_RUNTIME_DIR/flowyard
// (or /tmp/flowyard-UID) for everybody else. Relative XDG paths are ignored, as its specification asks.
Folders folders_from(const FolderEnvironment& environment);

}  // namespace flowyard
