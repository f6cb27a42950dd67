// ResultsReader: what a program's answer comes to, as a lease asks for it: series at the wanted times, and
// outcomes, computed from the series by the engine, whose Program has these series as its parameters. Pure;
// one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "worker/command/answer.hpp"
#include "worker/engine/runner.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::command {

// The results of one scenario.
struct ScenarioResults {
  std::vector<double> outcomes;
  std::vector<std::vector<double>>
      series;  // as series_at gives them, at the kept times, by the lease's outputs
};

class ResultsReader {
 public:
  explicit ResultsReader(std::shared_ptr<const engine::Program> program);

  // Of a lease that outlives the reading; its time settings are filled in.
  Result<void> begin(protocol::LeaseGrant& grant);

  const std::vector<std::string>& series() const { return series_; }  // that the program is to give
  const std::vector<double>& times() const { return times_; }         // of the saves

  // Of scenario `at` of the lease. What is missing or does not fit is an error that says so.
  Result<ScenarioResults> read(const Answer& answer, std::uint64_t at);

  // The chunk of these scenarios, but for its place in the lease and the time it took.
  protocol::ResultChunk chunk_of(const std::vector<ScenarioResults>& all) const;

 private:
  Result<std::vector<double>> outcomes_of(const Answer& answer, std::uint64_t at);
  Result<engine::RunInput> input_of(const Answer& answer, std::uint64_t at) const;
  Interpolate interpolation() const;

  std::shared_ptr<const engine::Program> program_;
  engine::Runner engine_;
  const protocol::LeaseGrant* grant_ = nullptr;
  std::vector<std::string> series_;
  std::vector<double> times_;
  std::vector<std::size_t> kept_;                // of the saves, those that go into results
  std::vector<std::vector<std::string>> shape_;  // elements, by the lease's outputs
};

}  // namespace flowyard::worker::command
