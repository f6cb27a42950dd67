// In which images programs may run: what the fleet needs, and what the operator allows. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/experiment.hpp"

namespace flowyard::controller::service {

// '*' stands for any characters, also none and also '/'; all others for themselves. Whole texts.
bool matches_pattern(std::string_view text, std::string_view pattern);

// Invalid where the experiment's program cannot run in that fleet for want of an image, and where its image
// is none of those allowed: patterns over the whole reference, as in "docker.io/library/python:3.12-slim". An
// empty list allows any.
Result<void> check_image(const experiment::Experiment& experiment, const std::string& fleet,
                         const std::vector<std::string>& allowed);

}  // namespace flowyard::controller::service
