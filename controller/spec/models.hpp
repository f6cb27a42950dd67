// The models of an experiment: which there are, read and compiled once each, however many scenarios use
// them. Owned by one reading; one thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/domain/views.hpp"
#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"
#include "worker/engine/program.hpp"
#include "worker/model/model.hpp"

namespace flowyard::controller::spec {

struct LoadedModel {
  DraftModel source;
  worker::model::Model model;
  std::shared_ptr<const worker::engine::Program> program;  // null until compiled, and if that failed
};

class Models {
 public:
  explicit Models(const domain::Bundle& bundle);

  // Notes a model that the experiment names, and gives its number: the same for the same file.
  std::uint32_t add(const DraftModel& source, Diagnostics& found);

  // What the experiment names and the bundle lacks.
  std::vector<domain::MissingFile> missing() const;

  // Reads each model; false if any is broken.
  bool load(const std::string& file_name, Diagnostics& found);

  std::vector<LoadedModel>& all() { return models_; }
  const std::vector<LoadedModel>& all() const { return models_; }
  const LoadedModel& at(std::uint32_t number) const { return models_[number]; }

 private:
  std::map<std::string, const std::string*> files_;  // by normal path
  std::vector<LoadedModel> models_;
};

}  // namespace flowyard::controller::spec
