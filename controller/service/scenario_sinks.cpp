#include "controller/service/scenario_sinks.hpp"

namespace flowyard::controller::service {
namespace {

using experiment::ScenarioPoint;
using results::ResultBlock;
using results::ScenarioStatus;

class TableSink final : public ScenarioSink {
 public:
  TableSink(const experiment::Experiment& experiment, const results::TableFormat& format,
            const OpenSpill& open)
      : scenarios_(experiment, format),
        outcomes_(format),
        series_(format),
        extension_(format.extension),
        scenarios_file_(open()),
        outcomes_file_(open()),
        series_file_(open()) {}

  void add(const ScenarioPoint& point, const ScenarioStatus& status, const ResultBlock* block) override {
    scenarios_.add(point, status);
    if (!block) return;
    outcomes_.add(*block, point.index);
    series_.add(*block, point.index);
  }
  void flush() override {
    scenarios_file_->append(scenarios_.take());
    outcomes_file_->append(outcomes_.take());
    series_file_->append(series_.take());
  }
  Result<std::vector<SpilledFile>> files() override {
    std::vector<SpilledFile> files{{"scenarios" + extension_, {{"", scenarios_file_}}},
                                   {"outcomes" + extension_, {{"", outcomes_file_}}}};
    if (series_file_->size() > 0) files.push_back({"series" + extension_, {{"", series_file_}}});
    return files;
  }

 private:
  results::ScenarioTable scenarios_;
  results::OutcomeTable outcomes_;
  results::SeriesTable series_;
  std::string extension_;
  std::shared_ptr<Spill> scenarios_file_, outcomes_file_, series_file_;
};

class NetcdfSink final : public ScenarioSink {
 public:
  NetcdfSink(const experiment::Experiment& experiment, const experiment::design::ScenarioSpace& space,
             const experiment::Annotations& annotations, bool is_whole, OpenSpill open)
      : netcdf_(experiment, space, annotations, is_whole), open_(std::move(open)) {}

  bool learns() const override { return true; }
  void learn(const ResultBlock& block) override { netcdf_.learn(block); }
  void add(const ScenarioPoint& point, const ScenarioStatus& status, const ResultBlock* block) override {
    netcdf_.add(point, status, block);
  }
  void flush() override {
    while (spills_.size() < netcdf_.streams()) spills_.push_back(open_());
    for (std::size_t i = 0; i < spills_.size(); ++i) spills_[i]->append(netcdf_.take(i));
  }
  Result<std::vector<SpilledFile>> files() override {
    auto parts = netcdf_.parts();
    if (!parts) return parts.error();
    SpilledFile file{.path = "results.nc"};
    for (auto& [bytes, then] : *parts)
      file.parts.push_back({std::move(bytes), then ? spills_[*then] : nullptr});
    return std::vector{std::move(file)};
  }

 private:
  results::ScenarioNetcdf netcdf_;
  OpenSpill open_;
  std::vector<std::shared_ptr<Spill>> spills_;
};

}  // namespace

std::uint64_t SpilledFile::size() const {
  std::uint64_t size = 0;
  for (const auto& part : parts) size += part.bytes.size() + (part.then ? part.then->size() : 0);
  return size;
}

std::unique_ptr<ScenarioSink> table_sink(const experiment::Experiment& experiment,
                                         const results::TableFormat& format, const OpenSpill& open) {
  return std::make_unique<TableSink>(experiment, format, open);
}

std::unique_ptr<ScenarioSink> netcdf_sink(const experiment::Experiment& experiment,
                                          const experiment::design::ScenarioSpace& space,
                                          const experiment::Annotations& annotations, bool is_whole,
                                          OpenSpill open) {
  return std::make_unique<NetcdfSink>(experiment, space, annotations, is_whole, std::move(open));
}

}  // namespace flowyard::controller::service
