#include "controller/fleet/process_fleet.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/base/descriptor_limit.hpp"
#include "common/base/whole_file.hpp"
#include "controller/fleet/child_process.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;
namespace fs = std::filesystem;

constexpr Milliseconds kLogPause{200};
constexpr const char* kProgramFolder = "work";  // there for a worker that runs a program
constexpr std::size_t kLogPiece = 256 * 1024;   // so that reading a long log holds up nothing else

// Runs the worker under a limit on its memory and leaves its exit code in a file, whole or not at all. "$1"
// is the limit in KiB, "$2" that on its descriptors (ours is raised), "$3" the folder; the rest is the
// command.
constexpr const char* kShell =
    "ulimit -v \"$1\" 2>/dev/null; ulimit -S -n \"$2\" 2>/dev/null; folder=$3; shift 3; \"$@\"; code=$?; "
    "echo $code > \"$folder/exit.new\" && mv \"$folder/exit.new\" \"$folder/exit\"";

// What `ulimit -v` is given, in KiB. A process needs more address space than a container needs memory: its
// program and its threads' stacks; a sanitizer's shadow memory needs all that there is.
std::string address_space(std::uint64_t memory_bytes) {
#ifdef FLOWYARD_SANITIZED
  static_cast<void>(memory_bytes);
  return "unlimited";
#else
  constexpr std::uint64_t kBeyond = 512u << 10;
  return std::to_string((memory_bytes >> 10) + kBeyond);
#endif
}

std::string content_of(const fs::path& path) {
  return read_file_if_there(path.string()).value_or("");
}

// At most so many bytes from `offset` on; empty at the end, or where there is no file.
std::string read_from(const fs::path& path, std::uint64_t offset, std::size_t at_most) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  std::string text(at_most, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return text;
}

std::uint64_t begin_of_the_last(std::uint64_t bytes, const fs::path& path) {
  std::error_code none;
  const auto size = fs::file_size(path, none);
  return none || size < bytes ? 0 : size - bytes;
}

class ProcessFleet final : public Fleet {
 public:
  explicit ProcessFleet(ProcessFleetOptions options) : options_(std::move(options)) {
    fs::create_directories(options_.state_folder);
  }

  std::string name() const override { return "process"; }
  std::string description() const override { return "processes of this machine (" + options_.reason + ")"; }

  Capacity capacity() const override { return capacity_; }
  async::Task<> check() override { co_return; }

  Task<> prepare() override {
    if (!fs::exists(options_.worker_program)) {
      throw LaunchFailed(LaunchFailed::Kind::Permanent,
                         "there is no worker program " + options_.worker_program);
    }
    co_return;
  }
  Task<> prepare_experiment(ExperimentNeeds) override { co_return; }
  Task<> clear_experiment(experiment::ExperimentId) override { co_return; }
  Task<std::string> create(LaunchSpec spec) override;
  Task<> start(std::string handle) override;
  Task<experiment::Exit> wait(std::string handle) override;
  Task<> kill(std::string handle) override;
  Task<> remove(std::string handle) override;
  Task<std::string> log(std::string handle) override;
  Task<> follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) override;
  Task<std::vector<Observed>> list() override;

 private:
  fs::path folder_of(const std::string& handle) const { return fs::path(options_.state_folder) / handle; }
  std::optional<ProcessId> process_of(const std::string& handle) const;
  experiment::Exit exit_of(const std::string& handle) const;

  ProcessFleetOptions options_;
  // Called at every planning step, and constant.
  const Capacity capacity_ = capacity_of_this_machine();
};

Task<std::string> ProcessFleet::create(LaunchSpec spec) {
  const std::string handle = to_string(spec.worker);
  const auto folder = folder_of(handle);
  fs::create_directories(folder);
  std::ostringstream command;
  // A program maps far more than it uses (numpy alone some gigabytes): it is not limited here.
  const std::string limit = spec.runs_program ? "unlimited" : address_space(spec.resources.memory);
  command << limit << '\n' << spec.name << '\n' << spec.run_folder << '\n';
  if (spec.runs_program) fs::create_directories(folder / kProgramFolder);
  write_file((folder / "launch").string(), command.str());
  co_return handle;
}

Task<> ProcessFleet::start(std::string handle) {
  if (process_of(handle)) co_return;
  const auto folder = folder_of(handle);
  std::istringstream launch(content_of(folder / "launch"));
  std::string limit, name, run_folder;
  std::getline(launch, limit);
  std::getline(launch, name);
  std::getline(launch, run_folder);
  std::vector<std::string> arguments{"/bin/sh",       "-c",
                                     kShell,          "flowyard-worker",
                                     limit,           std::to_string(inherited_descriptor_limit()),
                                     folder.string(), options_.worker_program,
                                     "--controller",  "unix://" + run_folder + "/s",
                                     "--name",        name,
                                     "--token-file",  run_folder + "/token"};
  if (fs::exists(folder / kProgramFolder))
    arguments.insert(arguments.end(), {"--work-folder", (folder / kProgramFolder).string()});
  try {
    const auto process = spawn_process(arguments, (folder / "log").string());
    const std::string text = std::to_string(process.pid) + " " + std::to_string(process.started) + "\n";
    write_file((folder / "process").string(), text);
  } catch (const std::system_error& error) {
    if (is_shortage(error)) throw;
    throw LaunchFailed(LaunchFailed::Kind::Transient, error.what());
  }
}

std::optional<ProcessId> ProcessFleet::process_of(const std::string& handle) const {
  std::istringstream text(content_of(folder_of(handle) / "process"));
  ProcessId process;
  if (!(text >> process.pid >> process.started)) return std::nullopt;
  return process;
}

experiment::Exit ProcessFleet::exit_of(const std::string& handle) const {
  std::istringstream text(content_of(folder_of(handle) / "exit"));
  experiment::Exit exit;
  // No exit code and no process: the shell itself was killed.
  if (!(text >> exit.code)) exit.vanished = true;
  return exit;
}

Task<experiment::Exit> ProcessFleet::wait(std::string handle) {
  if (const auto process = process_of(handle)) co_await wait_for_end(*process);
  co_return exit_of(handle);
}

Task<> ProcessFleet::kill(std::string handle) {
  if (const auto process = process_of(handle)) kill_session(*process);
  co_return;
}

Task<> ProcessFleet::remove(std::string handle) {
  if (const auto process = process_of(handle)) {
    kill_session(*process);
    co_await wait_for_end(*process);
  }
  fs::remove_all(folder_of(handle));
}

Task<std::string> ProcessFleet::log(std::string handle) {
  const auto path = folder_of(handle) / "log";
  co_return read_from(path, begin_of_the_last(kMostLog, path), kMostLog);
}

// Only the last megabytes are searched.
std::uint64_t beginning_in(const fs::path& path, const experiment::LogBeginning& from) {
  if (!from.tail && !from.since) return 0;
  const auto begin = begin_of_the_last(kMostLog, path);
  return begin + experiment::begin_in(read_from(path, begin, kMostLog), from);
}

Task<> ProcessFleet::follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) {
  const auto process = process_of(handle);
  const auto path = folder_of(handle) / "log";
  std::uint64_t position = beginning_in(path, from);
  for (bool ended = false; !ended;) {
    // Looked at before the log is read, so that the last lines are not missed.
    ended = !process || !is_running(*process);
    std::string piece = read_from(path, position, kLogPiece);
    while (!piece.empty()) {
      position += piece.size();
      co_await sink(std::move(piece));
      piece = read_from(path, position, kLogPiece);
    }
    // A file cannot be waited for without inotify; a delay of a fifth of a second is not noticeable.
    if (!ended) co_await async::sleep_for(kLogPause);
  }
}

Task<std::vector<Observed>> ProcessFleet::list() {
  std::vector<Observed> all;
  for (const auto& entry : fs::directory_iterator(options_.state_folder)) {
    const std::string handle = entry.path().filename().string();
    Observed one{.worker = {}, .handle = handle, .created_only = false, .exit = {}};
    std::from_chars(handle.data(), handle.data() + handle.size(), one.worker.value);
    const auto process = process_of(handle);
    one.created_only = !process;
    if (process && !is_running(*process)) one.exit = exit_of(handle);
    all.push_back(std::move(one));
  }
  co_return all;
}

}  // namespace

std::unique_ptr<Fleet> make_process_fleet(ProcessFleetOptions options) {
  return std::make_unique<ProcessFleet>(std::move(options));
}

}  // namespace flowyard::controller::fleet
