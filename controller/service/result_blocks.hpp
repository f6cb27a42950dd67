// Stored result chunks as blocks that export and summaries read, and what a named scenario's results come to.
// Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/design/scenario_space.hpp"
#include "controller/domain/views.hpp"
#include "controller/export/results.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Fails only on a damaged store.
Result<exporting::ResultBlock> block_of(const store::ChunkRow& row, const std::string& worker);

// Gathers blocks into one line per worker, named scenario and region, and all values of each outcome.
class Summaries {
 public:
  Summaries(const domain::Experiment& experiment, const design::ScenarioSpace& space);

  void add(const exporting::ResultBlock& block);
  std::vector<domain::ScenarioSummary> lines(std::size_t at_most) const;
  std::vector<domain::OutcomeSummary> outcomes() const;

 private:
  struct Line {
    std::uint64_t first = 0;  // its first scenario, which gives the lines their order
    domain::ScenarioSummary summary;
    std::map<std::string, std::pair<double, std::uint64_t>>
        sums;  // by outcome: of finite values, and their number
  };
  void note_parameters(Line& line, const exporting::ResultBlock& block) const;

  const domain::Experiment& experiment_;
  const design::ScenarioSpace& space_;
  std::map<std::pair<std::uint64_t, std::string>, Line> lines_;  // by group and worker
  std::vector<std::string> outcome_names_;
  std::vector<std::vector<double>> values_;
};

}  // namespace flowyard::controller::service
