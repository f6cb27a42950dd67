// The folder from which an experiment's image is built, as it travels: a tar archive. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/experiment/runner.hpp"

namespace flowyard::controller::experiment::file {

constexpr std::size_t kMostOfContext = 100u << 20;  // bytes, as tar

// Holds it against what may be in it (files and folders within it, no links), and fills in what its
// Dockerfile says: `build.bases`. Gives the name that the experiment has for the image, which is of its
// content. Invalid, without a place, where it cannot be built from.
Result<std::string> read_build_context(std::string_view archive, experiment::ImageBuild& build);

// That name, by itself.
std::string name_of_content(std::string_view archive, const std::string& dockerfile);

}  // namespace flowyard::controller::experiment::file
