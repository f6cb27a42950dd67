// Runner: runs batches of a Program. It owns the slots and reuses them from batch to batch; the Program is
// shared and never changes. Not thread-safe: one Runner a thread. Nothing is allocated while stepping.
#pragma once

#include <functional>
#include <memory>

#include "worker/engine/kernels.hpp"
#include "worker/engine/program.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::worker::engine {

class Runner {
 public:
  // `level` picks the instruction set; all give the same bits. The Program has passed check_program.
  explicit Runner(std::shared_ptr<const Program> program, Level level = best_level());
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Checks the input, then runs it. `keep_going` (may be empty) is polled at least once a block; when it
  // returns false, the output is marked as interrupted. Fails as check() does, and where time settings that
  // are computed turn out wrong or differ between lanes.
  Result<void> run(const RunInput& input, RunOutput& output, const std::function<bool()>& keep_going = {});

  // Bytes of slots and other state for each lane.
  std::size_t bytes_per_lane() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowyard::worker::engine
