// Where the files that an experiment names stand in a checkout, so that it runs as it stands there. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"

namespace flowyard::controller::service {

// The experiment as a checkout has it: its files at the paths that it names, beside it. What would lie
// outside, or where the checkout has a file of its own, is put below files/, and `overrides: {files: ...}`
// says so in the text.
Result<experiment::Bundle> for_checkout(const experiment::Bundle& bundle);

}  // namespace flowyard::controller::service
