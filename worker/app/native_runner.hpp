// NativeRunner: runs leases with the engine, from compiled programs that it keeps by hash. Owned by main; see
// Runner for its threads.
#pragma once

#include <list>
#include <memory>

#include "worker/app/runner.hpp"
#include "worker/app/slicing.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::worker::app {

class NativeRunner final : public Runner {
 public:
  explicit NativeRunner(SliceLimits limits = {}) : limits_(limits) {}

  std::string name() const override { return "native"; }
  std::vector<MaterialName> missing(const protocol::LeaseGrant& grant) const override;
  Result<void> keep(const MaterialName& name, std::string bytes) override;
  Result<void> begin(protocol::LeaseGrant grant) override;
  Result<std::optional<protocol::ResultChunk>> next(const KeepGoing& keep_going) override;

  // Under a key chosen by the caller.
  Result<void> keep(const std::string& hash, std::string bytes);
  // A kept program, or nullptr.
  const engine::Program* find(const std::string& hash) const;

 private:
  struct Kept {
    std::string hash;
    std::shared_ptr<const engine::Program> program;  // shared with its engine
    std::unique_ptr<engine::Runner> engine;
    double slowness = 1;  // ratio of measured to estimated seconds of a scenario
  };

  // One of the program's outputs or outcomes, under the name by which the lease asks for it.
  struct Wanted {
    std::string name;
    std::size_t place = 0;
  };

  Result<void> find_wanted();
  engine::RunInput slice_of_lease(std::uint64_t count) const;
  protocol::ResultChunk chunk_of(engine::RunOutput& output, std::uint64_t count, double seconds);

  SliceLimits limits_;
  std::list<Kept> kept_;  // the last used first
  Kept* current_ = nullptr;
  protocol::LeaseGrant grant_;
  engine::RunInput settings_;  // all of the input that is the same for every slice
  std::vector<Wanted> series_;
  std::vector<Wanted> outcomes_;
  ScenarioCost guess_;  // for this lease's time settings, which differ between named scenarios
  ScenarioCost cost_;   // refined by measurements
  std::uint64_t computed_ = 0;
  std::uint64_t chunks_ = 0;
};

}  // namespace flowyard::worker::app
