// read: an experiment file and its bundle to an Experiment with its compiled programs. The only endpoint into
// this room. Pure: it opens no file and reads no clock. Reading a large model may take seconds, so keep it
// off the I/O thread.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/annotations.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/experiment.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::experiment::file {

struct LoadedExperiment {
  experiment::Experiment experiment;
  // NamedScenario::program counts into it; one for each distinct model.
  std::vector<std::shared_ptr<const worker::engine::Program>> programs;
  experiment::Annotations annotations;
  std::vector<std::string> warnings;          // "file:line:col: ...": what was read with a shrug
  std::vector<experiment::BundleFile> added;  // to what is sent to workers
};

// Files that the experiment names and the bundle lacks: the client sends them and asks again.
using MissingFiles = std::vector<experiment::MissingFile>;

using LoadOutcome = std::variant<LoadedExperiment, MissingFiles>;

// Every error at once, each with its place, in the order of the text. Paths of the bundle are compared
// after taking out "./" and "x/..". `stop` ends compiling early, with an error of code Unavailable.
Results<LoadOutcome> read(const experiment::Bundle& bundle, std::stop_token stop = {});

// One model of an experiment with all that can be saved of it, to look into a run.
struct WholeModel {
  struct Variable {
    std::string name, kind, units, documentation;  // kind as model::kind_of has it
  };
  std::shared_ptr<const worker::engine::Program> program;  // each variable is a series, without outcomes
  // What stands in a variable's equations, by the variable, both as the model spells them.
  std::map<std::string, std::vector<std::string>> inputs;
  std::string documentation, time_units;
  std::vector<Variable> variables;  // in the model's order
};

// `number` as NamedScenario::program has it, of a bundle that read() has read.
Results<WholeModel> read_whole_model(const experiment::Bundle& bundle, std::uint32_t number,
                                     std::stop_token stop = {});

}  // namespace flowyard::controller::experiment::file
