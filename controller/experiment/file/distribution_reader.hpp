// Reads a random parameter: {normal: [100, 10], min: 0}. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/yaml/tree.hpp"
#include "controller/experiment/parameter.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

// The keys that name a distribution.
std::vector<std::string> distribution_names();

// `node` is the mapping, `shape` its entry that names the distribution.
std::optional<experiment::ParameterValue> read_distribution(const yaml::Node& node, const yaml::Entry& shape,
                                                            const std::string& what,
                                                            model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
