// ProgramRunner: runs leases by a program of the user's, a process for each scenario or one for many. What an
// answer comes to is told by command::ResultsReader. Owned by main; see Runner for its threads.
#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <variant>

#include "common/base/log.hpp"
#include "worker/app/runner.hpp"
#include "worker/command/child.hpp"
#include "worker/command/results_reader.hpp"
#include "worker/command/work_folder.hpp"

namespace flowyard::worker::app {

class ProgramOutput;

class ProgramRunner final : public Runner {
 public:
  // Everything is written below `folder`, where programs must be executable.
  ProgramRunner(std::string folder, Log log) : folder_(std::move(folder)), log_(std::move(log)) {}

  std::string name() const override { return "program"; }
  std::vector<MaterialName> missing(const protocol::LeaseGrant& grant) const override;
  Result<void> keep(const MaterialName& name, std::string bytes) override;
  Result<void> begin(protocol::LeaseGrant grant) override;
  Result<std::optional<protocol::ResultChunk>> next(const KeepGoing& keep_going) override;
  std::vector<ScenarioFile> take_files() override { return std::exchange(files_, {}); }
  double progress() const override { return progress_; }

 private:
  struct Failure {
    std::string cause, message;
    double seconds = 0;  // that it took
  };
  struct Dropped {};
  using ScenarioEnd = std::variant<command::ScenarioResults, Failure, Dropped>;

  ScenarioEnd run_scenario(const KeepGoing& keep_going);
  std::variant<std::string, Failure, Dropped> answer_of_process(const std::string& scenario,
                                                                const KeepGoing& keep_going);
  std::variant<std::string, Failure, Dropped> answer_in_stream(const std::string& scenario,
                                                               const KeepGoing& keep_going);
  Result<std::unique_ptr<command::Child>> start(const std::string& input_file) const;
  Failure timed_out(command::Child& child, ProgramOutput& output) const;
  Failure failure_of(const command::Ended& ended, const ProgramOutput& output,
                     std::uint64_t kills_before) const;
  ScenarioEnd results_of(const std::string& text);
  std::optional<Failure> take_written_files();
  void trace(const char* what, const std::string& text) const;
  protocol::ResultChunk chunk_of(const std::vector<command::ScenarioResults>& all, double seconds);
  protocol::ResultChunk chunk_of(Failure failure);
  std::string label() const;

  std::string folder_;
  Log log_;
  std::string program_hash_, bundle_hash_;
  std::unique_ptr<command::ResultsReader> results_;
  std::unique_ptr<command::WorkFolder> work_;
  std::unique_ptr<command::Child> stream_;  // of mode stream, while it runs
  std::vector<std::string> stream_words_;   // what it was started with

  protocol::LeaseGrant grant_;
  std::vector<ScenarioFile> files_;  // of the scenarios since the last chunk
  std::uint64_t computed_ = 0;       // scenarios, in chunks or held back
  std::uint64_t chunks_ = 0;
  std::optional<Failure> held_back_;  // of the scenario after those of the chunk before
  std::atomic<double> progress_ = 0;
};

}  // namespace flowyard::worker::app
