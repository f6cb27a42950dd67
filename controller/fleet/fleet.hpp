// Fleet: where workers live. One interface over Docker containers and child processes, held to one contract
// suite (tests/integration/fleet). Lives on the controller's I/O executor. Every call is safe to repeat: what
// exists already is found, not duplicated; what is gone already is fine. Failures are thrown; LaunchFailed
// states whether a retry can help.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "controller/experiment/log_text.hpp"
#include "controller/experiment/resources.hpp"
#include "controller/experiment/runner.hpp"
#include "controller/experiment/worker.hpp"
#include "controller/fleet/capacity.hpp"
#include "controller/fleet/image_wanted.hpp"
#include "controller/fleet/spare.hpp"

namespace flowyard::controller::fleet {

// Of a log the last part is kept.
constexpr std::size_t kMostLog = 4u << 20;

// What an experiment needs before its first worker.
struct ExperimentNeeds {
  experiment::ExperimentId experiment;
  experiment::Storage storage = experiment::Storage::Isolated;
  experiment::Network network = experiment::Network::None;
  bool runs_in_image = false;  // of a program of the user's
  // With shared storage, what it holds in the beginning, as tar; none: nothing.
  std::shared_ptr<const std::string> shared_files = {};
};

struct LaunchSpec {
  experiment::WorkerId worker;
  std::string name;
  experiment::ExperimentId experiment;
  std::string run_folder;  // on the host: holds the worker's socket "s" and its "token"
  experiment::ResourceClass resources;
  experiment::Storage storage = experiment::Storage::Isolated;
  experiment::Network network = experiment::Network::None;
  bool runs_program = false;  // of the user's, in place of the engine
  std::string image = {};     // that it stands in, as fetch_image() found it; empty: the worker's own
};

class LaunchFailed : public std::runtime_error {
 public:
  // Final: what was tried is long, or said by the user's own program, so that once is enough.
  enum class Kind { Permanent, Transient, Final };
  LaunchFailed(Kind k, const std::string& what) : std::runtime_error(what), kind(k) {}
  Kind kind;
};

// The fleet's view of one worker of this installation.
struct Observed {
  experiment::WorkerId worker;
  std::string handle;
  bool created_only = false;             // never started
  std::optional<experiment::Exit> exit;  // set when it has ended
  std::string name = {};
  // No worker, but what the workers of this experiment need; of none: what no experiment needs.
  std::optional<experiment::ExperimentId> serves = {};
  bool is_spare = false;  // the fleet's own, for the next experiment
};

class Fleet {
 public:
  virtual ~Fleet() = default;

  virtual std::string name() const = 0;         // "docker", "process"
  virtual std::string description() const = 0;  // "Docker Engine 20.10.24 at unix:///var/run/docker.sock"

  // Of where its workers live, which need not be this machine; known once it is prepared.
  virtual Capacity capacity() const = 0;

  // Throws, with what to do about it, where no worker could be started now.
  virtual async::Task<> check() = 0;

  // The image of an experiment's program, fetched where that is asked for. Throws LaunchFailed where it will
  // not come, and CredentialsNeeded. Nothing is found where programs run without one.
  virtual async::Task<ImageFound> fetch_image(ImageWanted, FetchSink) { co_return ImageFound(); }
  // Makes what all workers need (the image) and, for an experiment, its volume or network. Throws
  // LaunchFailed where that cannot be.
  virtual async::Task<> prepare() = 0;
  virtual async::Task<> prepare_experiment(ExperimentNeeds needs) = 0;
  virtual async::Task<> clear_experiment(experiment::ExperimentId id) = 0;

  // What the next experiment's first worker would wait for, made ahead, and given back when no experiment
  // comes. Both safe to repeat.
  virtual Spare spare() const { return Spare::NotKept; }
  virtual async::Task<> make_spare() { co_return; }
  virtual async::Task<> release_spare() { co_return; }

  // Creates the worker, not yet running; gives its handle. Throws LaunchFailed.
  virtual async::Task<std::string> create(LaunchSpec spec) = 0;
  virtual async::Task<> start(std::string handle) = 0;
  // Returns when the worker has ended, at once if it has already or is not there.
  virtual async::Task<experiment::Exit> wait(std::string handle) = 0;
  // Ends it at once; returns when that was asked for.
  virtual async::Task<> kill(std::string handle) = 0;
  // Removes what is left of it, running or not; returns when it is gone.
  virtual async::Task<> remove(std::string handle) = 0;

  // What it wrote so far, both streams, at most the last few megabytes; empty if there is none.
  virtual async::Task<std::string> log(std::string handle) = 0;
  // Its output from that position on, piece by piece, until it ends.
  using LogSink = std::function<async::Task<>(std::string piece)>;
  virtual async::Task<> follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) = 0;

  // Every worker of this installation, whoever started it, and what serves them.
  virtual async::Task<std::vector<Observed>> list() = 0;
};

}  // namespace flowyard::controller::fleet
