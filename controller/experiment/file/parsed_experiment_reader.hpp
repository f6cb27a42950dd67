// Reads the tree of an experiment file into a parsed, reporting everything that can be seen to be wrong
// without the model. One thread.
#pragma once

#include "common/yaml/tree.hpp"
#include "controller/experiment/file/diagnostics.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

ParsedExperiment parse_experiment(const yaml::Node& root, Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
