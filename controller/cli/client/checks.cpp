#include "controller/cli/client/checks.hpp"

#include <cstdio>
#include <filesystem>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/private_folder.hpp"
#include "common/base/shell_word.hpp"
#include "common/base/text.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

// A controller with a few experiments; and one that has room for more than the next hour.
constexpr std::uintmax_t kLeastRoom = std::uintmax_t{100} << 20, kEnoughRoom = std::uintmax_t{2} << 30;
// A worker takes a handful.
constexpr rlim_t kFewDescriptors = 4096;
constexpr std::size_t kLongestSocketPath = 107;

// The folder, or the nearest one above it that is there.
fs::path there_is(fs::path path) {
  std::error_code unreadable;
  while (!fs::exists(path, unreadable) && path.has_relative_path()) path = path.parent_path();
  return path;
}

Finding folder(const char* name, const std::string& path, const char* option) {
  const fs::path there = there_is(path);
  if (access(there.c_str(), W_OK | X_OK) == 0) {
    return {.check = name, .detail = path + (there == path ? "" : " (made when it is needed)"), .advice = ""};
  }
  return {
      .check = name,
      .verdict = Verdict::Fail,
      .detail = "we may not write in " + there.string(),
      .advice = std::string("choose another with ") + option + ", or have its owner make " + path + " yours"};
}

Finding run_folder(const std::string& path) {
  Finding finding = folder("run folder", path, "--run-dir or FLOWYARD_RUN_DIR");
  if (finding.verdict == Verdict::Fail) return finding;
  if (const auto trusted = PrivateFolder::check(path); !trusted) {
    finding.verdict = Verdict::Fail;
    finding.detail = trusted.error().message;
    finding.advice = "choose another with --run-dir or FLOWYARD_RUN_DIR";
  } else if (path.size() + std::string("/w/1000000/s").size() > kLongestSocketPath) {
    finding.verdict = Verdict::Fail;
    finding.detail = path + " is too long: the path of a socket has at most 107 bytes";
    finding.advice = "choose a shorter one with --run-dir or FLOWYARD_RUN_DIR";
  }
  return finding;
}

Finding disk(const std::string& data) {
  std::error_code unknown;
  const auto room = fs::space(there_is(data), unknown);
  if (unknown) return {.check = "disk", .verdict = Verdict::Warn, .detail = unknown.message(), .advice = ""};
  Finding finding{
      .check = "disk", .detail = format_bytes(room.available) + " free for " + data, .advice = ""};
  if (room.available >= kEnoughRoom) return finding;
  finding.verdict = room.available < kLeastRoom ? Verdict::Fail : Verdict::Warn;
  finding.advice = "make room: 'flowyard prune' forgets what finished long ago";
  return finding;
}

Finding descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  Finding finding{.check = "descriptors", .detail = "", .advice = ""};
  finding.detail = limit.rlim_max == RLIM_INFINITY ? "no limit" : "at most " + std::to_string(limit.rlim_max);
  if (limit.rlim_max >= kFewDescriptors) return finding;
  finding.verdict = Verdict::Warn;
  finding.advice = "raise the hard limit (ulimit -Hn, LimitNOFILE=): each worker takes a handful";
  return finding;
}

Finding clock(const std::string& program, TimePoint now) {
  std::error_code unknown;
  const auto made = fs::last_write_time(program, unknown);
  Finding finding{.check = "clock", .detail = to_rfc3339(now), .advice = ""};
  if (unknown) return finding;
  const auto made_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::file_clock::to_sys(made));
  if (now >= made_at) return finding;
  finding.verdict = Verdict::Warn;
  finding.detail += ", before this program was made (" + to_rfc3339(made_at) + ")";
  finding.advice = "set the clock: times in lists and in the record would be wrong";
  return finding;
}

// The first line that a program prints.
std::string first_output_of(const std::string& command) {
  std::string line;
  FILE* output = ::popen(command.c_str(), "r");
  if (output == nullptr) return line;
  char piece[256];
  if (std::fgets(piece, sizeof piece, output) != nullptr) line = piece;
  ::pclose(output);
  return std::string(flowyard::trimmed(line));
}

// It is started, as it would be for an experiment: a program of another machine's kind is there, too.
Finding worker_program(const std::string& path) {
  Finding finding{.check = "worker program", .detail = path, .advice = ""};
  const bool may_run = access(path.c_str(), R_OK | X_OK) == 0;
  const std::string said = may_run ? first_output_of(shell_word(path) + " --version 2>&1") : "";
  if (said.starts_with("flowyard-worker ")) {
    finding.detail += " (" + said + ")";
    return finding;
  }
  finding.verdict = Verdict::Fail;
  finding.detail = may_run ? path + " does not run: it says '" + printable(said) + "'"
                           : "there is no program " + path + " that we may run";
  finding.advice = "install flowyard-worker beside flowyard, of the same version";
  return finding;
}

Finding store(const std::string& data) {
  Finding finding{.check = "store", .detail = "whole", .advice = ""};
  std::error_code unreadable;
  if (!fs::exists(store::store_file(data), unreadable)) {
    finding.detail = "none yet";
    return finding;
  }
  try {
    store::Connection connection(store::usable_store(data), store::Connection::Access::Read);
    const auto found = connection.quick_check();
    if (found.empty()) return finding;
    finding.detail = "damaged: " + found;
  } catch (const std::exception& error) {
    finding.detail = error.what();
  }
  finding.verdict = Verdict::Fail;
  finding.advice = "put back a backup, with 'flowyard restore --same FILE'";
  return finding;
}

}  // namespace

const char* to_string(Verdict verdict) {
  return verdict == Verdict::Ok ? "ok" : verdict == Verdict::Warn ? "warn" : "fail";
}

std::string worker_program_beside(const std::string& program) {
  std::error_code no_link;
  const auto real = fs::canonical(program, no_link);
  return (no_link ? fs::path(program) : real).parent_path() / "flowyard-worker";
}

std::vector<Finding> findings_of_machine(const Folders& folders, const std::string& program, TimePoint now,
                                         Running running) {
  std::vector<Finding> findings{folder("data folder", folders.data, "--data or FLOWYARD_DATA"),
                                run_folder(folders.run),
                                disk(folders.data),
                                descriptors(),
                                clock(program, now),
                                worker_program(worker_program_beside(program))};
  if (running == Running::No) findings.push_back(store(folders.data));
  return findings;
}

std::vector<Finding> findings_of_engine(const Result<EngineReport>& report, Needed needed) {
  if (!report) {
    Finding finding{
        .check = "docker", .verdict = Verdict::Warn, .detail = report.error().message, .advice = ""};
    if (needed == Needed::No) return {finding};
    finding.verdict = Verdict::Fail;
    finding.advice = "start the Docker Engine, or run in plain processes with --fleet process";
    return {finding};
  }
  Finding image{.check = "image", .detail = report->image, .advice = ""};
  if (!report->image_there) image.detail += " (built by the next controller that starts)";
  return {{.check = "docker", .detail = report->description, .advice = ""}, image};
}

}  // namespace flowyard::controller::cli
