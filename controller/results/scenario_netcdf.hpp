// ScenarioNetcdf: the results of an experiment as one NetCDF file: what became of each scenario, its
// settings, its outcomes, and its series over time. Where every scenario of a grid is wanted, dimensions are
// the scenario, the region, the axes by their names, sample and replication; else there is one, `run`. It
// takes the results twice, in the order of the scenarios: to see which series and times there are, and to
// write. Holds only what it has to write. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/annotations.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/results/netcdf/builder.hpp"
#include "controller/results/tables.hpp"

namespace flowyard::controller::results {

class ScenarioNetcdf {
 public:
  // All outlive it. `is_whole`: each scenario of the space will be added.
  ScenarioNetcdf(const experiment::Experiment& experiment, const experiment::design::ScenarioSpace& space,
                 const experiment::Annotations& annotations, bool is_whole);

  // First all blocks, in any order.
  void learn(const ResultBlock& block);
  // Then every scenario; without a block where it has no results.
  void add(const experiment::ScenarioPoint& point, const ScenarioStatus& status, const ResultBlock* block);

  // The values of variables that are written piece by piece, in the order of the file: those since the last
  // take of that number.
  std::size_t streams() const { return streams_.size(); }
  std::string take(std::size_t stream);

  // At the end, the parts of the file: bytes, and after them all that was taken of a stream, if it says so.
  struct Part {
    std::string bytes;
    std::optional<std::size_t> then_stream;
  };
  // An error (Limit) where the format has no room for it.
  Result<std::vector<Part>> parts();

 private:
  struct SeriesShape {
    std::string name;
    std::vector<std::string> elements;  // empty for a scalar
  };
  // A variable with a value for each run, or for each of a run's letters, times and elements.
  struct Stream {
    std::string name;
    netcdf::Elsewhere kind = netcdf::Elsewhere::Numbers;
    netcdf::Attributes attributes = {};
    std::string bytes = {};               // since the last take
    std::size_t letters = 0;              // of a text
    const SeriesShape* series = nullptr;  // of a series
  };

  void begin();
  Stream& open(std::string name, const std::string& units = "");
  void open_text(std::string name, std::size_t letters);
  void put(std::string_view text);
  void put(double number) { netcdf::append_number(streams_[at_++].bytes, number); }
  void put(const SeriesShape& shape, const ResultBlock* block, std::uint64_t index);
  std::vector<std::size_t> run_dimensions(netcdf::Builder& build) const;
  netcdf::Variable variable_of(const Stream& stream, std::vector<std::size_t> dimensions,
                               std::optional<std::size_t> time, netcdf::Builder& build) const;
  std::string dimension_name(const std::vector<std::string>& elements, const std::string& of) const;
  std::string units_of(std::string_view variable) const;

  const experiment::Experiment& experiment_;
  const experiment::design::ScenarioSpace& space_;
  const experiment::Annotations& annotations_;
  bool is_grid_;
  std::uint64_t runs_ = 0;
  std::vector<experiment::ParameterSpec> settings_;  // those that are written for each run
  std::vector<SeriesShape> series_;
  std::vector<double> times_;  // of all series, rising
  std::vector<Stream> streams_;
  std::size_t at_ = 0;  // the stream whose turn it is
  // Where the times of the block stand among all that was seen last.
  std::vector<double> last_times_;
  std::vector<std::size_t> places_;
};

}  // namespace flowyard::controller::results
