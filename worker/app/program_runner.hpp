// ProgramRunner: runs leases by a program of the user's, a process for each scenario or one for many. Its
// answer is checked against the lease, and outcomes are computed from its series by the engine, whose Program
// has these series as its parameters. Owned by main; see Runner for its threads.
#pragma once

#include <atomic>
#include <memory>
#include <variant>

#include "common/base/log.hpp"
#include "worker/app/runner.hpp"
#include "worker/command/answer.hpp"
#include "worker/command/child.hpp"
#include "worker/command/work_folder.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::worker::app {

class ProgramRunner final : public Runner {
 public:
  // Everything is written below `folder`, where programs must be executable.
  ProgramRunner(std::string folder, Log log) : folder_(std::move(folder)), log_(std::move(log)) {}

  std::string name() const override { return "program"; }
  std::vector<MaterialName> missing(const protocol::LeaseGrant& grant) const override;
  Result<void> keep(const MaterialName& name, std::string bytes) override;
  Result<void> begin(protocol::LeaseGrant grant) override;
  Result<std::optional<protocol::ResultChunk>> next(const KeepGoing& keep_going) override;
  double progress() const override { return progress_; }

 private:
  // The results of one scenario.
  struct Results {
    std::vector<double> outcomes;
    std::vector<std::vector<double>> series;  // as series_at gives them, by grant_.outputs
  };
  struct Failure {
    std::string cause, message;
  };
  struct Dropped {};
  using ScenarioEnd = std::variant<Results, Failure, Dropped>;

  // The log output of a program: logged as it is read, up to a limit; the last lines are kept.
  class Output;

  ScenarioEnd run_scenario(const KeepGoing& keep_going);
  std::variant<std::string, Failure, Dropped> answer_of_process(const KeepGoing& keep_going);
  std::variant<std::string, Failure, Dropped> answer_in_stream(const KeepGoing& keep_going);
  Result<std::unique_ptr<command::Child>> start(const std::string& input_file) const;
  Failure timed_out(command::Child& child, Output& output) const;
  Failure failure_of(const command::Ended& ended, const Output& output, std::uint64_t kills_before) const;
  ScenarioEnd results_of(const std::string& text);
  Result<Results> read_results(const command::Answer& answer);
  Result<std::vector<double>> outcomes_of(const command::Answer& answer);
  protocol::ResultChunk chunk_of(const std::vector<Results>& all, double seconds);
  protocol::ResultChunk chunk_of(Failure failure);
  std::string label() const;
  command::Interpolate interpolation() const;

  std::string folder_;
  Log log_;
  std::string program_hash_, bundle_hash_;
  std::shared_ptr<const engine::Program> program_;
  std::unique_ptr<engine::Runner> engine_;
  std::unique_ptr<command::WorkFolder> work_;
  std::unique_ptr<command::Child> stream_;  // of mode stream, while it runs
  std::vector<std::string> stream_words_;   // what it was started with

  protocol::LeaseGrant grant_;
  std::vector<std::string> series_;              // that the program is to give
  std::vector<double> times_;                    // of the saves
  std::vector<std::size_t> kept_;                // those that go into results
  std::vector<std::vector<std::string>> shape_;  // elements by grant_.outputs
  std::uint64_t computed_ = 0;                   // scenarios, in chunks or held back
  std::uint64_t chunks_ = 0;
  std::optional<Failure> held_back_;  // of the scenario after those of the chunk before
  std::atomic<double> progress_ = 0;
};

}  // namespace flowyard::worker::app
