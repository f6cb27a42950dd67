// One checkout under way: what it is of, where its files go, and what was written, for the manifest.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/index_set.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/manifest.hpp"
#include "controller/service/scenario_sinks.hpp"

namespace flowyard::controller::service {

class ControllerService::Checkout {
 public:
  struct Of {
    experiment::ExperimentId id;
    std::shared_ptr<const experiment::file::LoadedExperiment> reading;
    std::optional<experiment::WorkerId> worker;  // its part alone
    std::map<experiment::WorkerId, std::string> worker_names;
  };
  Checkout(store::StoreThread& store, async::BlockingPool& pool, std::string folder, Of subject,
           experiment::design::ScenarioSpace points, const results::TableFormat& tables, FileSink sink)
      : of(std::move(subject)),
        space(std::move(points)),
        format(tables),
        store_(store),
        pool_(pool),
        folder_(std::move(folder)),
        sink_(std::move(sink)) {}

  const experiment::Experiment& experiment() const { return of.reading->experiment; }
  const std::string& name_of(experiment::WorkerId worker) const {
    static const std::string kNobody;
    const auto name = of.worker_names.find(worker);
    return name == of.worker_names.end() ? kNobody : name->second;
  }

  async::Task<> write(std::string path, std::string content, std::vector<ManifestFile>& noted) {
    noted.push_back({.path = path, .bytes = content.size(), .sha256 = crypto::sha256_hex(content)});
    return sink_(results::whole_file(std::move(path), std::move(content)));
  }

  // A table under way, on the disk.
  std::shared_ptr<Spill> open() const { return std::make_shared<Spill>(folder_); }

  async::Task<> send(SpilledFile file);

  async::Task<> finish(std::string manifest) {
    return sink_(results::whole_file("manifest.json", std::move(manifest)));
  }

  // The block of results that holds a scenario, else the next one.
  async::Task<std::optional<results::ResultBlock>> next(std::uint64_t from);
  // The block that holds the scenario.
  async::Task<std::optional<results::ResultBlock>> with(std::uint64_t scenario);
  // Those that failed, within a range.
  async::Task<std::vector<experiment::FailedScenario>> failures(experiment::IndexRange range);

  template <class Work>
  auto computed(Work work) {
    return pool_.run(std::move(work));
  }

  const Of of;
  const experiment::design::ScenarioSpace space;
  const results::TableFormat& format;          // of tables
  experiment::IndexSet not_finite;             // scenarios whose results are not
  std::optional<experiment::IndexSet> chosen;  // the scenarios of the rows that were asked for; none: all
  std::vector<ManifestFile> inputs, files;

 private:
  async::Task<std::optional<results::ResultBlock>> decoded(std::optional<store::ChunkRow> chunk);

  store::StoreThread& store_;
  async::BlockingPool& pool_;
  std::string folder_;
  FileSink sink_;
};

}  // namespace flowyard::controller::service
