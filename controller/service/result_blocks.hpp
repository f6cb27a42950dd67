// Stored result chunks as blocks that export and summaries read, and what a named scenario's results come to.
// Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/results/tables.hpp"
#include "controller/service/use_cases.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Fails only on a damaged store.
Result<results::ResultBlock> block_of(const store::ChunkRow& row, const std::string& worker);

// Gathers blocks into one line per worker, named scenario and region, and all values of each outcome.
class Summaries {
 public:
  Summaries(const experiment::Experiment& experiment, const experiment::design::ScenarioSpace& space);

  void add(const results::ResultBlock& block);
  std::vector<service::ScenarioSummary> lines(std::size_t at_most) const;
  std::vector<experiment::summary::OutcomeSummary> outcomes() const;

 private:
  struct Line {
    std::uint64_t first = 0;  // its first scenario, which gives the lines their order
    service::ScenarioSummary summary;
    std::map<std::string, std::pair<double, std::uint64_t>>
        sums;                                        // by outcome: of finite values, and their number
    std::map<std::string, std::uint64_t> values_of;  // finite or not
  };
  void note_parameters(Line& line, const results::ResultBlock& block) const;

  const experiment::Experiment& experiment_;
  const experiment::design::ScenarioSpace& space_;
  std::map<std::pair<std::uint64_t, std::string>, Line> lines_;  // by group and worker
  std::vector<std::string> outcome_names_;
  std::vector<std::vector<double>> values_;
};

}  // namespace flowyard::controller::service
