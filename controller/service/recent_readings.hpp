// RecentReadings: an LRU cache of loaded experiments, so that a model is not compiled again for every
// request.
#pragma once

#include <algorithm>
#include <list>
#include <memory>

#include "controller/experiment/file/read.hpp"
#include "controller/experiment/ids.hpp"

namespace flowyard::controller::service {

using Reading = std::shared_ptr<const experiment::file::LoadedExperiment>;

class RecentReadings {
 public:
  // Null where it is not among them.
  Reading find(experiment::ExperimentId id) {
    const auto known = position_of(id);
    if (known == readings_.end()) return nullptr;
    readings_.splice(readings_.begin(), readings_, known);
    return known->second;
  }
  void remember(experiment::ExperimentId id, Reading reading) {
    forget(id);
    readings_.emplace_front(id, std::move(reading));
    if (readings_.size() > kKept) readings_.pop_back();
  }
  void forget(experiment::ExperimentId id) {
    const auto known = position_of(id);
    if (known != readings_.end()) readings_.erase(known);
  }

  // A few are enough for clients that alternate between experiments.
  static constexpr std::size_t kKept = 8;

 private:
  using Entries = std::list<std::pair<experiment::ExperimentId, Reading>>;  // last used first
  Entries::iterator position_of(experiment::ExperimentId id) {
    return std::find_if(readings_.begin(), readings_.end(),
                        [id](const auto& entry) { return entry.first == id; });
  }

  Entries readings_;
};

}  // namespace flowyard::controller::service
