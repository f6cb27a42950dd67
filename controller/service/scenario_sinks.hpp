// What a checkout writes of single scenarios: tables, or one NetCDF file. Each goes to files on the disk
// while the results are read, since an archive tells the size of a file before its content. On a pool's
// thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/results/scenario_netcdf.hpp"
#include "controller/results/tables.hpp"
#include "controller/service/spill.hpp"

namespace flowyard::controller::service {

// A file that is ready to be sent: its parts one after another.
struct SpilledFile {
  struct Part {
    std::string bytes;
    std::shared_ptr<Spill> then;  // null: nothing
  };
  std::string path;
  std::vector<Part> parts = {};

  std::uint64_t size() const;
};

class ScenarioSink {
 public:
  virtual ~ScenarioSink() = default;
  // Whether it wants to learn() of every block before the first scenario.
  virtual bool learns() const { return false; }
  virtual void learn(const results::ResultBlock&) {}
  // In rising order; `block` holds its results, null where there are none.
  virtual void add(const experiment::ScenarioPoint& point, const results::ScenarioStatus& status,
                   const results::ResultBlock* block) = 0;
  virtual void flush() = 0;  // to the disk
  virtual Result<std::vector<SpilledFile>> files() = 0;
};

using OpenSpill = std::function<std::shared_ptr<Spill>()>;

// scenarios, outcomes and series.
std::unique_ptr<ScenarioSink> table_sink(const experiment::Experiment& experiment,
                                         const results::TableFormat& format, const OpenSpill& open);
// results.nc
std::unique_ptr<ScenarioSink> netcdf_sink(const experiment::Experiment& experiment,
                                          const experiment::design::ScenarioSpace& space,
                                          const experiment::Annotations& annotations, bool is_whole,
                                          OpenSpill open);

}  // namespace flowyard::controller::service
