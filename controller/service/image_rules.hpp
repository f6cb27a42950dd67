// In which images programs may run: what the fleet needs, and what the operator allows. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/submission.hpp"

namespace flowyard::controller::service {

// Whose experiments may have images built: what a build runs is limited, and has the network.
enum class MayBuild { Here, Anywhere, Nowhere };

struct ImageRules {
  std::vector<std::string> allow = {};  // patterns; empty: any
  MayBuild build = MayBuild::Here;
};

// '*' stands for any characters, also none and also '/'; all others for themselves. Whole texts.
bool matches_pattern(std::string_view text, std::string_view pattern);

// Invalid where the experiment's program cannot run in that fleet for want of an image, and where its image
// is none of those allowed: patterns over the whole reference, as in "docker.io/library/python:3.12-slim". Of
// one that is built that holds for each image that it is made from. Denied where it may not be built.
Result<void> check_image(const experiment::Experiment& experiment, const std::string& fleet,
                         const ImageRules& rules, experiment::WayIn way_in);

}  // namespace flowyard::controller::service
