// Reads the tree of an experiment file into a draft, reporting everything that can be seen to be wrong
// without the model. One thread.
#pragma once

#include "common/yaml/tree.hpp"
#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"

namespace flowyard::controller::spec {

Draft read_draft(const yaml::Node& root, Diagnostics& found);

}  // namespace flowyard::controller::spec
