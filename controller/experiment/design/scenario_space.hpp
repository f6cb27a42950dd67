// ScenarioSpace: the function from an index to a scenario of an experiment. Nothing is expanded: a million
// scenarios cost no memory, and any one can be made again from (experiment, index). Named scenario is the
// slowest part of the index, then region, design point (axes slowest, samples faster), and replication the
// fastest. Where samples were added in later rounds, each round's come after all before, in the same order.
// Immutable, so any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "common/base/result.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/scenario.hpp"

namespace flowyard::controller::experiment::design {

class ScenarioSpace {
 public:
  // Fails (ErrorCode::Limit) where the count of scenarios passes kMaxScenarios, and (Invalid) where the
  // experiment is not one that experiment/file would have let through, such as a zip of unequal axes.
  static Result<ScenarioSpace> create(const experiment::Experiment& experiment);

  std::uint64_t size() const;

  // index < size(). Settings come in the order of the named scenario's parameters.
  experiment::ScenarioPoint at(std::uint64_t index) const;

  // The group that holds an index; groups are numbered by round, named
  // scenario, then region.
  experiment::ScenarioGroup group_of(std::uint64_t index) const;
  std::uint64_t group_end(std::uint64_t index) const;
  std::uint64_t groups() const;

  // Rows are numbered as scenarios are: by named scenario, region, point.
  std::uint64_t rows() const;
  experiment::ScenarioRow row(std::uint64_t number) const;  // number < rows()
  std::uint64_t row_of(std::uint64_t index) const;
  std::uint64_t most_runs_of_a_row() const;

  // The columns of `count` scenarios from `first`, all of one group. Reuses the memory of `columns`.
  void fill(std::uint64_t first, std::uint64_t count, experiment::ScenarioColumns& columns) const;

 private:
  struct Tables;
  explicit ScenarioSpace(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}

  // Shared because copies of a space are handles on the same immutable tables, so that the pointers in
  // settings stay good for as long as any copy lives.
  std::shared_ptr<const Tables> tables_;
};

inline constexpr std::uint64_t kMaxScenarios = std::uint64_t{1} << 40;

}  // namespace flowyard::controller::experiment::design
