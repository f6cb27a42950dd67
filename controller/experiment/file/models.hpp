// The models of an experiment: which there are, read with their data and compiled once each, however many
// scenarios use them. Owned by one reading; one thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/experiment/bundle.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/experiment/file/stand_in.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/diagnostics.hpp"
#include "controller/model/partly_read.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::experiment::file {

struct LoadedModel {
  bool stands_in = false;  // for a program of the user's, to which the files of `source` are sent
  ParsedModel source;
  std::vector<ParsedData> data;  // files for its data variables
  model::Model model;
  std::shared_ptr<const worker::engine::Program> program;  // null until compiled, and if that failed
  std::vector<std::string> series = {};                    // of what stands in: all that the program gives
};

class Models {
 public:
  // `elsewhere`: by the name that the experiment has for a file, the one under which it travels.
  Models(const experiment::Bundle& bundle, std::map<std::string, std::string> elsewhere,
         std::stop_token stop = {});

  // Notes a model that the experiment names, and gives its number: the same for the same files.
  std::uint32_t add(const ParsedModel& source, const std::vector<ParsedData>& data,
                    model::Diagnostics& found);

  // Notes what stands in for a program; `source` is the model that it is given, if it is.
  std::uint32_t add(StandIn stand_in, const ParsedModel& source);

  // Notes another file that the experiment reads.
  void add(const ParsedData& file) { others_.push_back(file); }
  const std::string& file(const std::string& path) const { return *files_.at(path); }

  // What the experiment names and the bundle lacks.
  std::vector<experiment::MissingFile> missing() const;

  // Reads each model; false if any is broken.
  bool load(const std::string& file_name, model::Diagnostics& found);

  // What the models themselves name (spreadsheets) and the bundle lacks; of those that could be read.
  std::vector<experiment::MissingFile> missing_of_models() const;

  // Puts the numbers that stand in other files into the models; false if anything is wrong with them.
  bool take_numbers(model::Diagnostics& found);

  std::vector<LoadedModel>& all() { return models_; }
  const std::vector<LoadedModel>& all() const { return models_; }
  const LoadedModel& at(std::uint32_t number) const { return models_[number]; }

 private:
  const std::string* sent(const std::string& path) const;  // by a model's name for it
  const std::string& travels_as(const std::string& path) const;
  model::data::FileSource files_beside(const std::string& path) const;
  Errors diagnostics_in(model::PartlyRead partly, const std::string& path) const;
  bool resolve(LoadedModel& loaded, model::Diagnostics& found) const;
  void feed(LoadedModel& loaded, std::set<std::string>& used, model::Diagnostics& found) const;

  std::stop_token stop_;
  std::map<std::string, const std::string*> files_;  // by normal path
  std::map<std::string, std::string> elsewhere_;
  std::vector<LoadedModel> models_;
  std::vector<ParsedData> others_;
};

}  // namespace flowyard::controller::experiment::file
