// The section `runner:` of an experiment file. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

// `runner: native` gives nothing, as does what cannot be read, after reporting it. Paths of files are not
// checked against the bundle.
std::optional<ParsedRunner> read_runner(const yaml::Node& node, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
