// Runner: what a worker puts behind the protocol. Owned by the program's main; begin, next and keep are
// called on the computing thread, one at a time, and missing() on the I/O thread between them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::app {

// Polled while computing, on the computing thread; false: stop at once.
using KeepGoing = std::function<bool()>;

// What must be fetched from the controller before a lease can run, named by the lease's own hash of it.
enum class Material { Program, Bundle };
struct MaterialName {
  Material kind = Material::Program;
  std::string hash;
};

// That a scenario's program wrote.
struct ScenarioFile {
  std::uint64_t scenario = 0;
  std::string name, content;
};

class Runner {
 public:
  virtual ~Runner() = default;

  // Its name in Hello: "native", "program".
  virtual std::string name() const = 0;

  // What the lease needs from the controller and is not kept here yet.
  virtual std::vector<MaterialName> missing(const protocol::LeaseGrant& grant) const = 0;
  // Takes what was fetched; fails when it cannot be used.
  virtual Result<void> keep(const MaterialName& name, std::string bytes) = 0;

  // Starts a lease whose inputs are kept; drops the previous one.
  virtual Result<void> begin(protocol::LeaseGrant grant) = 0;
  // The results of its next scenarios, in order, about a second of computing; nothing when keep_going
  // returned false. Not to be called once all have been returned.
  virtual Result<std::optional<protocol::ResultChunk>> next(const KeepGoing& keep_going) = 0;

  // The files of the scenarios of the last chunk, whose names it has yet to be given. Once; on the I/O
  // thread, between calls.
  virtual std::vector<ScenarioFile> take_files() { return {}; }

  // Progress of the current scenario, 0 to 1; 0 where that is not known. Any thread.
  virtual double progress() const { return 0; }
};

}  // namespace flowyard::worker::app
