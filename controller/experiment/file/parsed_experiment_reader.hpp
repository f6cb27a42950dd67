// Reads the tree of an experiment file into a ParsedExperiment, reporting every error that can be found
// without the model. One thread.
#pragma once

#include "common/yaml/tree.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

ParsedExperiment parse_experiment(const yaml::Node& root, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
