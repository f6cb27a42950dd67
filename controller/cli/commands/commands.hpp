// The commands: what each is asked for, and the function that does it. One .cpp a command; the definitions of
// their command lines are in define_*.cpp. Each gives its exit code, or throws CommandFailed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/cli/session.hpp"
#include "controller/experiment/submission.hpp"

namespace flowyard::controller::cli {

using ExitStatus = async::Task<int>;

struct SubmitOptions {
  std::string file;
  experiment::SubmitOptions options;
  Format format = Format::Table;
};
ExitStatus run(SubmitOptions options, Session& session);
ExitStatus submit(SubmitOptions options, Session& session);
ExitStatus plan(SubmitOptions options, Session& session);
ExitStatus validate(SubmitOptions options, Session& session);

enum class Subject { Workers, Experiments };
struct ListOptions {
  Subject subject = Subject::Workers;
  std::string experiment, status;
  bool all = false;
  Format format = Format::Table;
};
ExitStatus list(ListOptions options, Session& session);

struct ShowOptions {
  std::string which = "@latest";
  Format format = Format::Table;
};
ExitStatus show(ShowOptions options, Session& session);
ExitStatus watch(ShowOptions options, Session& session);
ExitStatus why(ShowOptions options, Session& session);

struct LogOptions {
  std::string name, since, grep;
  std::optional<std::uint64_t> tail;
  bool follow = false;
};
ExitStatus log(LogOptions options, Session& session);

struct CheckoutOptions {
  std::string which = "@latest";
  std::string folder;
  bool force = false;
};
ExitStatus checkout(CheckoutOptions options, Session& session);

struct CancelOptions {
  std::vector<std::string> which;
  bool wait = true;
};
ExitStatus cancel(CancelOptions options, Session& session);

struct RestartOptions {
  std::vector<std::string> names;
};
ExitStatus restart(RestartOptions options, Session& session);

struct DeleteOptions {
  std::vector<std::string> names;
  bool finished = false, all = false, force = false;
};
ExitStatus remove(DeleteOptions options, Session& session);

struct PruneOptions {
  std::string older_than = "7d";
  bool dry_run = false;
};
ExitStatus prune(PruneOptions options, Session& session);

struct ControllerStatusOptions {
  Format format = Format::Table;
};
ExitStatus controller_status(ControllerStatusOptions options, Session& session);
ExitStatus controller_stop(Session& session);

// One command or option, for the completion scripts.
struct CommandOutline {
  std::string path;  // "controller status"; empty for the program itself
  std::string help;
  std::vector<std::string> options;  // "--follow", "-f"
  bool takes_workers = false, takes_experiments = false, takes_files = false;
};
// The script for "bash", "zsh" or "fish".
std::string completion_script(const std::string& shell, const std::vector<CommandOutline>& commands);

}  // namespace flowyard::controller::cli
